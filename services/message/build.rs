//! Generates the messages of `rogatory.message.v1` with a compiler written in Rust, so that no protoc is needed.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = "../../proto";
    println!("cargo:rerun-if-changed={root}/rogatory/message");
    println!("cargo:rerun-if-changed={root}/rogatory/evidence");
    let descriptors = protox::compile(["rogatory/message/v1/message.proto"], [root])?;
    prost_build::Config::new()
        .bytes(["."])
        .extern_path(".rogatory.evidence.v1", "::rogatory_evidence::pb")
        .compile_fds(descriptors)?;
    Ok(())
}
