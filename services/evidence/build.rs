//! Generates the messages of `rogatory.evidence.v1` with a compiler written in Rust, so that no protoc is needed.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = "../../proto";
    println!("cargo:rerun-if-changed={root}/rogatory/evidence");
    let files = ["envelope", "facts", "record"].map(|file| format!("rogatory/evidence/v1/{file}.proto"));
    let descriptors = protox::compile(files, [root])?;
    prost_build::Config::new().bytes(["."]).compile_fds(descriptors)?;
    Ok(())
}
