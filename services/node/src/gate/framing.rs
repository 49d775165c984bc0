//! Where a body stands between its messages: gRPC puts one byte of flags and four of length before each.
//!
//! Pure, and it keeps no byte of a message. What a message says is for the decoder.

/// Bytes before each message.
const PREFIX_BYTES: usize = 5;

/// Why a body is not a row of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FramingFault {
    /// The flags say that the message is compressed, or something that gRPC does not have.
    Flags,
    /// The length is above the limit.
    TooLarge,
}

/// The place in a body.
#[derive(Debug, Default)]
pub(super) struct Framing {
    prefix: [u8; PREFIX_BYTES],
    prefix_bytes: usize,
    message_bytes: usize,
    left_bytes: usize,
    begun: u64,
}

impl Framing {
    /// Goes over the next bytes of the body; a message that begins in them has at most `bytes_max`.
    pub(super) fn read(&mut self, mut chunk: &[u8], bytes_max: usize) -> Result<(), FramingFault> {
        while !chunk.is_empty() {
            if self.left_bytes > 0 {
                let taken = self.left_bytes.min(chunk.len());
                self.left_bytes -= taken;
                chunk = &chunk[taken..];
                continue;
            }
            let taken = (PREFIX_BYTES - self.prefix_bytes).min(chunk.len());
            self.prefix[self.prefix_bytes..][..taken].copy_from_slice(&chunk[..taken]);
            self.prefix_bytes += taken;
            chunk = &chunk[taken..];
            if self.prefix_bytes == PREFIX_BYTES {
                self.begin(bytes_max)?;
            }
        }
        Ok(())
    }

    fn begin(&mut self, bytes_max: usize) -> Result<(), FramingFault> {
        let [flags, length @ ..] = self.prefix;
        let bytes = u32::from_be_bytes(length) as usize;
        if flags != 0 {
            return Err(FramingFault::Flags);
        }
        if bytes > bytes_max {
            return Err(FramingFault::TooLarge);
        }
        self.prefix_bytes = 0;
        (self.message_bytes, self.left_bytes) = (bytes, bytes);
        self.begun += 1;
        Ok(())
    }

    /// Length of the message that is not whole yet.
    pub(super) fn open(&self) -> Option<usize> {
        (self.left_bytes > 0).then_some(self.message_bytes)
    }

    /// Whether the last byte was the last of a message.
    pub(super) fn is_between(&self) -> bool {
        self.left_bytes == 0 && self.prefix_bytes == 0
    }

    /// Messages that began.
    pub(super) fn begun(&self) -> u64 {
        self.begun
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(bytes: u32) -> Vec<u8> {
        let mut message = vec![0];
        message.extend(bytes.to_be_bytes());
        message.extend(vec![7; bytes as usize]);
        message
    }

    #[test]
    fn messages_are_counted_wherever_a_body_is_cut() {
        let body = [message(3), message(0), message(300)].concat();
        for size in 1..body.len() {
            let mut framing = Framing::default();
            body.chunks(size).try_for_each(|chunk| framing.read(chunk, 300)).unwrap();
            assert_eq!((framing.begun(), framing.open(), framing.is_between()), (3, None, true));
        }
    }

    #[test]
    fn a_message_is_open_until_its_last_byte() {
        let mut framing = Framing::default();
        framing.read(&message(300)[..20], 300).unwrap();
        assert_eq!((framing.open(), framing.is_between()), (Some(300), false));
        framing.read(&[7; 285], 300).unwrap();
        assert_eq!((framing.open(), framing.is_between()), (None, true));
        framing.read(&[0, 0], 300).unwrap();
        assert_eq!((framing.open(), framing.is_between()), (None, false), "a length that is cut short");
    }

    #[test]
    fn a_length_above_the_limit_is_refused_before_a_byte_of_the_message() {
        assert_eq!(Framing::default().read(&message(301)[..5], 300), Err(FramingFault::TooLarge));
        assert_eq!(Framing::default().read(&[0, 255, 255, 255, 255], 300), Err(FramingFault::TooLarge));
    }

    #[test]
    fn flags_are_refused() {
        for flags in [1, 2, 128, 255] {
            assert_eq!(Framing::default().read(&[flags, 0, 0, 0, 0], 300), Err(FramingFault::Flags));
        }
    }
}
