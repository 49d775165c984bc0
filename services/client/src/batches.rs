//! Answers that come in batches, on one connection. It must not read them, nor open a stream again.

use tonic::Streaming;

use crate::Problem;

/// The receiving half of a stream.
#[derive(Debug)]
pub struct Batches<T>(Streaming<T>);

impl<T> Batches<T> {
    pub(crate) fn new(answers: Streaming<T>) -> Self {
        Self(answers)
    }

    /// The next batch; `None` when the node has closed the stream in order.
    ///
    /// # Errors
    /// [`Problem`], after which nothing more comes.
    pub async fn next(&mut self) -> Result<Option<T>, Problem> {
        Ok(self.0.message().await?)
    }
}
