//! Generates messages, services and the descriptor set with a compiler written in Rust, so that no protoc is needed.

use prost::Message;
use prost_types::FileDescriptorSet;
use prost_types::field_descriptor_proto::Type;

const SERVICES: [&str; 3] = [
    "rogatory/casework/v1/casework.proto",
    "rogatory/exchange/v1/exchange.proto",
    "rogatory/admin/v1/admin.proto",
];

/// The file and the message of which one choice holds the form of an instrument.
const OPENING: (&str, &str) = ("rogatory/casework/v1/casework.proto", "Opening");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = "../../proto";
    println!("cargo:rerun-if-changed={root}");
    let mut descriptors = protox::compile(SERVICES, [root])?;
    let out = std::path::PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    take_forms_as_bytes(&mut descriptors);
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

/// A message and bytes look the same on the wire. Read as bytes, a form stays as its author wrote it, with the fields that
/// only a later release knows.
fn take_forms_as_bytes(descriptors: &mut FileDescriptorSet) {
    let files = descriptors.file.iter_mut().filter(|file| file.name() == OPENING.0);
    let messages =
        files.flat_map(|file| &mut file.message_type).filter(|message| message.name() == OPENING.1);
    for field in messages.flat_map(|message| &mut message.field).filter(|field| field.oneof_index.is_some()) {
        field.set_type(Type::Bytes);
        field.type_name = None;
    }
}
