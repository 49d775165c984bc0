//! Generates messages, services and the descriptor set with a compiler written in Rust, so that no protoc is needed.

use prost::Message;

const SERVICES: [&str; 3] = [
    "rogatory/casework/v1/casework.proto",
    "rogatory/exchange/v1/exchange.proto",
    "rogatory/admin/v1/admin.proto",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = "../../proto";
    println!("cargo:rerun-if-changed={root}");
    let descriptors = protox::compile(SERVICES, [root])?;
    let out = std::path::PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    let mut messages = prost_build::Config::new();
    // A message's cost is looked up by its name.
    messages.enable_type_names();
    tonic_prost_build::configure()
        .bytes(".")
        .codec_path("crate::codec::CountingCodec")
        .extern_path(".rogatory.evidence.v1", "::rogatory_evidence::pb")
        .compile_fds_with_config(descriptors, messages)?;
    Ok(())
}
