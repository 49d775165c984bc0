//! The European Arrest Warrant: Framework Decision 2002/584/JHA as amended by 2009/299/JHA, in its editions.

mod first;
#[macro_use]
pub(super) mod second;

pub(super) use first::EAW as FIRST;
pub(super) use second::EAW as SECOND;
