//! The codec of every service: what a message would cost in memory is counted before it is decoded.
//!
//! It must not know methods or callers. What the own node answers is not counted: who asked it trusts it.

use std::marker::PhantomData;

use bytes::Buf as _;
use prost::{Message, Name};
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder};
use tonic_prost::{ProstCodec, ProstDecoder};

use crate::shape::Root;

/// The text of the error for a message with more elements than its bytes may carry.
pub const TOO_MANY_ELEMENTS: &str = "the message has more elements than its bytes may carry";

/// Counts, then decodes as prost does.
#[derive(Debug)]
pub struct CountingCodec<T, U>(PhantomData<(T, U)>);

impl<T, U> Default for CountingCodec<T, U> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<T, U> Codec for CountingCodec<T, U>
where
    T: Message + Send + 'static,
    U: Message + Name + Default + Send + 'static,
{
    type Encode = T;
    type Decode = U;
    type Encoder = <ProstCodec<T, U> as Codec>::Encoder;
    type Decoder = CountingDecoder<U>;

    fn encoder(&mut self) -> Self::Encoder {
        ProstCodec::<T, U>::default().encoder()
    }

    fn decoder(&mut self) -> Self::Decoder {
        let root = if comes_from_others::<U>() { Root::of(&U::full_name()) } else { None };
        CountingDecoder { root, inner: ProstDecoder::default() }
    }
}

/// Requests come from callers; between nodes answers come from another agency too.
fn comes_from_others<U: Name>() -> bool {
    U::NAME.ends_with("Request") || U::PACKAGE.starts_with("rogatory.exchange.")
}

/// Counts a message before it is decoded.
#[derive(Debug)]
pub struct CountingDecoder<U> {
    root: Option<Root>,
    inner: ProstDecoder<U>,
}

impl<U: Message + Default> Decoder for CountingDecoder<U> {
    type Item = U;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<U>, Status> {
        // The transport hands over a message in one piece; otherwise only its first piece would be counted.
        let message = buffer.chunk();
        let is_fair = message.len() == buffer.remaining()
            && self.root.is_none_or(|root| root.cost(message).is_fair(message.len()));
        if is_fair { self.inner.decode(buffer) } else { Err(Status::out_of_range(TOO_MANY_ELEMENTS)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pb::{casework::v1 as casework, exchange::v1 as exchange};

    #[test]
    fn what_others_send_is_counted() {
        assert!(comes_from_others::<casework::SubmitRequest>());
        assert!(comes_from_others::<exchange::ConverseRequest>());
        assert!(
            comes_from_others::<exchange::ConverseResponse>(),
            "the dialled end is another agency as well"
        );
        assert!(!comes_from_others::<casework::GetResponse>());
    }
}
