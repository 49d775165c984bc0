//! What a node publishes of its ledger: the newest published checkpoint, and the tiles of the tree under it.
//!
//! It must not serve a tile beyond the published checkpoint, nor anything but hashes and commitments.

use std::ops::ControlFlow;

use rogatory_domain::fault::Faults;
use rogatory_domain::refusal::Code;
use rogatory_ledger::Reader;
use rogatory_tlog::tile::entry_bundle;
use rogatory_tlog::{Tile, TileKind};
use rogatory_tls::Role;
use rogatory_wire::instant;
use rogatory_wire::pb::admin::v1 as pb;

use crate::desk::{Desk, Rejection, internal};

/// The newest published checkpoint.
pub(super) async fn checkpoint(desk: &Desk) -> Result<pb::CheckpointResponse, Rejection> {
    // A published head is durable, so nothing has to be waited for.
    let published = desk.glance(|engine| engine.published().cloned()).await?;
    let Some(published) = published else { return Ok(pb::CheckpointResponse::default()) };
    let note = published.head.note.unwrap_or_default();
    Ok(pb::CheckpointResponse {
        note: std::str::from_utf8(&note).map_err(internal)?.to_owned(),
        size: published.head.size,
        published_time: Some(instant::to_pb(published.at)),
    })
}

/// A tile under it.
pub(super) async fn tile(desk: &Desk, role: Role, path: &str) -> Result<pb::TileResponse, Rejection> {
    let size = checkpoint(desk).await?.size;
    let tile: Tile =
        path.parse().map_err(|_| unfit("tile_path", "write it as tile/0/000 or tile/0/000.p/12"))?;
    if !tile.is_within(size) {
        return Err(unfit("tile_published", "it reaches beyond the published checkpoint"));
    }
    let read = desk.reads.read(role, move |sources| match tile.kind() {
        TileKind::Hashes(_) => tile.contents(sources.ledger.nodes()).map_err(internal),
        TileKind::Entries => entries(&sources.ledger, &tile),
    });
    Ok(pb::TileResponse { contents: read.await?.into() })
}

fn unfit(rule: &'static str, text: &str) -> Rejection {
    let mut faults = Faults::default();
    faults.push("path", rule, "C2SP tlog-tiles", text);
    Rejection::faulty(Code::MalformedMessage, faults)
}

fn entries(reader: &Reader, tile: &Tile) -> Result<Vec<u8>, Rejection> {
    let end = tile.first() + u64::from(tile.width());
    let mut leaves = Vec::with_capacity(usize::from(tile.width()));
    let scanned = reader.scan(tile.first(), &mut |position, entry| {
        if position == end {
            return ControlFlow::Break(());
        }
        leaves.push(entry.leaf);
        ControlFlow::Continue(())
    });
    scanned.map_err(internal)?;
    entry_bundle(leaves.iter().map(<[u8; 65]>::as_slice)).map_err(internal)
}
