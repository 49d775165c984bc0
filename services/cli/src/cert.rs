//! `rogatory cert`: requests and issues certificates with an agency's built-in authority. An agency that has an authority
//! of its own takes the request there.

use std::fs;
use std::io::Write as _;
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use jiff::{SignedDuration, Timestamp};
use rogatory_domain::{AgencyId, FederationId};
use rogatory_tls::{CertificateRequest, ClientRole, Validity, load_authority};
use serde_json::json;

use crate::connect::read;
use crate::failure::Misuse;
use crate::output::Output;

/// What can be done with certificates.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum CertVerb {
    /// Make a key, and a request for its certificate. The key stays here.
    Request(RequestArgs),
    /// Issue the certificate that a request asks for.
    Issue(IssueArgs),
}

/// For whom a certificate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Holder {
    /// The agency's node.
    Node,
    /// A case system.
    CaseSystem,
    /// A person who runs the node.
    Operator,
    /// A person or court who reads records.
    Auditor,
}

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct RequestArgs {
    /// For whom.
    #[arg(value_enum)]
    holder: Holder,
    /// The agency.
    #[arg(long, value_name = "ID")]
    agency: AgencyId,
    /// Its federation.
    #[arg(long, value_name = "ID")]
    federation: FederationId,
    /// Name of the client; not for a node.
    #[arg(long, value_name = "NAME", required_unless_present = "host")]
    name: Option<String>,
    /// Host or address by which a node is reached; may be given several times.
    #[arg(long, value_name = "HOST", conflicts_with = "name")]
    host: Vec<String>,
    /// File of the key to make, mode 0600.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// File of the request to make.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// By whom what is issued.
#[derive(Debug, clap::Args)]
pub(crate) struct IssueArgs {
    /// The request.
    #[arg(value_name = "FILE")]
    request: PathBuf,
    /// The authority: FILE.crt with its key FILE.key.
    #[arg(long, value_name = "FILE")]
    authority: PathBuf,
    /// Days for which the certificate is valid.
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    days: u32,
    /// File of the certificate to make.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Does it.
pub(crate) fn run(verb: CertVerb, output: Output) -> anyhow::Result<ExitCode> {
    match verb {
        CertVerb::Request(args) => request(&args, output),
        CertVerb::Issue(args) => issue(&args, output),
    }
}

fn request(args: &RequestArgs, output: Output) -> anyhow::Result<ExitCode> {
    let (agency, federation) = (args.agency.clone(), args.federation.clone());
    let role = match args.holder {
        Holder::Node => None,
        Holder::CaseSystem => Some(ClientRole::CaseSystem),
        Holder::Operator => Some(ClientRole::Operator),
        Holder::Auditor => Some(ClientRole::Auditor),
    };
    let made = match (role, &args.name) {
        (None, None) => {
            let (addresses, hosts): (Vec<_>, Vec<_>) =
                args.host.iter().map(String::as_str).partition(|host| host.parse::<IpAddr>().is_ok());
            let addresses: Vec<IpAddr> =
                addresses.iter().filter_map(|address| address.parse().ok()).collect();
            CertificateRequest::of_node(agency, federation, &hosts, &addresses)?
        }
        (Some(role), Some(name)) => CertificateRequest::of_client(agency, federation, role, name)?,
        (None, Some(_)) => return Err(Misuse("a node has hosts and no name: --host HOST".to_owned()).into()),
        (Some(_), None) => {
            return Err(Misuse("a client has a name and no host: --name NAME".to_owned()).into());
        }
    };
    create(&args.key, &made.key_pem, 0o600)?;
    create(&args.out, &made.pem, 0o644)?;
    let fields = [("key", args.key.display().to_string()), ("request", args.out.display().to_string())];
    output.fields(&fields, &json!({ "key": args.key, "request": args.out }))?;
    Ok(ExitCode::SUCCESS)
}

fn issue(args: &IssueArgs, output: Output) -> anyhow::Result<ExitCode> {
    let directory = args.authority.parent().filter(|parent| !parent.as_os_str().is_empty());
    let stem = args.authority.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let authority = load_authority(directory.unwrap_or(Path::new(".")), stem)
        .map_err(|error| Misuse(format!("{} is no authority: {error}", args.authority.display())))?;
    let lasting = SignedDuration::from_hours(24 * i64::from(args.days));
    let validity = Validity::starting(Timestamp::now(), lasting)?;
    let issued = authority
        .issue_requested(&read(&args.request)?, validity)
        .map_err(|error| Misuse(format!("{}: {error}", args.request.display())))?;
    create(&args.out, &issued, 0o644)?;
    output.fields(&[("certificate", args.out.display().to_string())], &json!({ "certificate": args.out }))?;
    Ok(ExitCode::SUCCESS)
}

/// A new file; one that exists is never replaced.
fn create(path: &Path, text: &str, mode: u32) -> anyhow::Result<()> {
    let file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let written = file.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    Ok(written.map_err(|error| Misuse(format!("{} cannot be made: {error}", path.display())))?)
}
