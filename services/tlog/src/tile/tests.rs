//! Paths in one spelling only, and contents of full, partial and upper tiles.

use super::*;
use crate::{Frontier, MemoryNodes, leaf_hash, root};

#[test]
fn paths_are_written_and_read_in_one_spelling() {
    for (kind, index, width, path) in [
        (TileKind::Hashes(0), 0, 256, "tile/0/000"),
        (TileKind::Hashes(0), 1_234, 256, "tile/0/x001/234"),
        (TileKind::Hashes(1), 999, 5, "tile/1/999.p/5"),
        (TileKind::Hashes(7), 0, 1, "tile/7/000.p/1"),
        (TileKind::Entries, 1_234_067, 255, "tile/entries/x001/x234/067.p/255"),
    ] {
        let tile = Tile::new(kind, index, width).unwrap();
        assert_eq!((tile.to_string().as_str(), path.parse()), (path, Ok(tile)));
    }
    for bad in [
        "tile/0/0",
        "tile/0/1000",
        "tile/0/x000/001",
        "tile/0/001/234",
        "tile/0/x001",
        "tile/00/000",
        "tile/8/000",
        "tile/255/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/05",
        "tile/0/000.p/",
        "tile/0/+00",
        "tile/data/000",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        "",
    ] {
        assert_eq!(bad.parse::<Tile>(), Err(TileError::BadPath), "{bad}");
    }
}

#[test]
fn tiles_of_any_width_hold_the_nodes_of_their_level() {
    let size = 3 * 256 + 17;
    let nodes: MemoryNodes = (0..size).map(|n: u64| leaf_hash(&n.to_be_bytes())).collect();
    let read = |path: &str| {
        let tile: Tile = path.parse().unwrap();
        let contents = tile.contents(&nodes);
        assert_eq!(tile.is_within(size), contents.is_ok(), "{path}");
        contents.and_then(|contents| tile.parse_hashes(&contents))
    };
    let full = read("tile/0/002").unwrap();
    let mut frontier = Frontier::new();
    full.iter().for_each(|&hash| frontier.push(hash, &mut |_, _, _| {}));
    let upper = read("tile/1/000.p/3").unwrap();
    assert_eq!(upper[2], frontier.root());
    assert_eq!(read("tile/1/000.p/1").unwrap(), upper[..1]);
    let mut frontier = Frontier::from_parts(768, vec![root(&nodes, 512).unwrap(), upper[2]]).unwrap();
    read("tile/0/003.p/17").unwrap().into_iter().for_each(|hash| frontier.push(hash, &mut |_, _, _| {}));
    assert_eq!(frontier.root(), nodes.root());
    for beyond in ["tile/0/003.p/18", "tile/0/003", "tile/1/000.p/4", "tile/2/000.p/1", "tile/0/004.p/1"] {
        assert!(matches!(read(beyond), Err(TileError::Missing(_))), "{beyond}");
    }
    let tile = Tile::new(TileKind::Hashes(0), 0, 2).unwrap();
    assert_eq!(tile.parse_hashes(&[0; 65]), Err(TileError::BadContents));
    assert_eq!(tile.parse_hashes(&[0; 32]), Err(TileError::BadContents));
}

#[test]
fn entry_bundles_are_read_back_exactly() {
    let entries: [&[u8]; 3] = [b"", b"one", &[7; 65_535]];
    let bundle = entry_bundle(entries).unwrap();
    let tile = |width| Tile::new(TileKind::Entries, 0, width).unwrap();
    assert_eq!(tile(3).parse_entries(&bundle).unwrap(), entries);
    assert_eq!(&bundle[..7], b"\0\0\0\x03one");
    for (width, bundle) in [(2, &bundle[..]), (4, &bundle), (3, &bundle[..bundle.len() - 1]), (1, b"\0")] {
        assert_eq!(tile(width).parse_entries(bundle), Err(TileError::BadContents));
    }
    assert_eq!(entry_bundle([&[0; 65_536][..]]), Err(TileError::EntryTooLong));
    assert_eq!(tile(1).contents(&MemoryNodes::new()), Err(TileError::BadPath));
}
