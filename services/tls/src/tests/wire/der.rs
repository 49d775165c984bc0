//! DER taken apart and put together again, for certificates and lists that no honest library makes. Own lengths only;
//! tags of one byte, as X.509 has them.

/// One element.
pub(in crate::tests) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut der = vec![tag];
    match content.len() {
        length @ 0..0x80 => der.push(u8::try_from(length).unwrap()),
        length => {
            let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
            der.push(0x80 | u8::try_from(bytes.len()).unwrap());
            der.extend(bytes);
        }
    }
    der.extend(content);
    der
}

/// The elements in `content`, each as tag and content.
pub(in crate::tests) fn elements(mut content: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut found = Vec::new();
    while let [tag, first, rest @ ..] = content {
        let (length, rest) = if *first < 0x80 {
            (usize::from(*first), rest)
        } else {
            let (bytes, rest) = rest.split_at(usize::from(first & 0x7f));
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        };
        let (inner, rest) = rest.split_at(length);
        found.push((*tag, inner.to_vec()));
        content = rest;
    }
    found
}

/// The content of the sequence that `der` is.
pub(in crate::tests) fn sequence_body(der: &[u8]) -> Vec<u8> {
    elements(der).remove(0).1
}

fn join(parts: &[(u8, Vec<u8>)]) -> Vec<u8> {
    parts.iter().flat_map(|(tag, content)| element(*tag, content)).collect()
}

/// Changes the parts of the element that lies at `path` within the element `der`.
pub(in crate::tests) fn edit(
    der: &[u8],
    path: &[usize],
    change: impl FnOnce(&mut Vec<(u8, Vec<u8>)>),
) -> Vec<u8> {
    let (tag, content) = elements(der).remove(0);
    let mut parts = elements(&content);
    match path {
        [] => change(&mut parts),
        [at, rest @ ..] => {
            let (tag, content) = &parts[*at];
            let changed = edit(&element(*tag, content), rest, change);
            parts[*at] = elements(&changed).remove(0);
        }
    }
    element(tag, &join(&parts))
}
