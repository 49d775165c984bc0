//! Rules broken on purpose, outside production code: each must make a check fail, or the checks are blind.

/// What is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sabotage {
    /// Nothing.
    #[default]
    None,
    /// A power cut brings back an older copy of the disk: a durable record is forgotten.
    OlderDisk,
    /// Receipts of peers never reach the engine.
    LostReceipts,
    /// An envelope is taken a second time under another id.
    ChangedId,
    /// Batches written behind lack their referral rows.
    LostRows,
    /// The engine is told that records are durable before they are written.
    EarlyDurable,
    /// Nodes whose signing is held do not confirm each other.
    MuteWhileHeld,
    /// Questions about what was given up are not answered.
    IgnoredQuestions,
    /// Elapsed time follows the wall clock, so that it steps with it.
    SteppedTime,
    /// That a peer cannot take a message yet never reaches the engine.
    UnheardNotYets,
}

impl Sabotage {
    /// Everything that can be broken.
    pub const ALL: [Self; 9] = [
        Self::OlderDisk,
        Self::LostReceipts,
        Self::ChangedId,
        Self::LostRows,
        Self::EarlyDurable,
        Self::MuteWhileHeld,
        Self::IgnoredQuestions,
        Self::SteppedTime,
        Self::UnheardNotYets,
    ];
}
