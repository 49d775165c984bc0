//! Who is told of a warrant without being a party to it, and how little: nobody learns of consent, health or defence who does not
//! decide on them.
//!
//! Art. 17(7) is of the Framework Decision (V); the others rest on the acts that found the agencies told, and on nobody needing
//! more than that there is a warrant (own).

use super::event;
use crate::instrument::{Gives, NoticeDef};

const PARTIES: &[Gives] = &[Gives::Parties];
const WHY: &[Gives] = &[Gives::Parties, Gives::Reasons];
const WHAT_FOR: &[Gives] = &[Gives::Parties, Gives::Offences];
const WHO: &[Gives] = &[Gives::Parties, Gives::Reference, Gives::Offences, Gives::Persons];

const EUROJUST: &str = "eurojust";
const EUROPOL: &str = "europol";
const POLICE: &str = "police";

/// What is told of a warrant under whatever act.
pub(in crate::instrument) const UNDER_ANY_ACT: &[NoticeDef] = &[
    NoticeDef::of_opening(EUROJUST, WHAT_FOR, "Reg. 2018/1727, 21"),
    NoticeDef::of_opening(EUROPOL, WHAT_FOR, "Reg. 2016/794, 7(6)"),
    NoticeDef::of_opening(POLICE, WHO, "–"),
    NoticeDef::of(event::ARRESTED, EUROPOL, PARTIES, "Reg. 2016/794, 7(6)"),
    NoticeDef::of(event::ARRESTED, POLICE, PARTIES, "–"),
    NoticeDef::of(event::EXECUTED_ELSEWHERE, EUROPOL, PARTIES, "Reg. 2016/794, 7(6)"),
    NoticeDef::of(event::EXECUTED_ELSEWHERE, POLICE, PARTIES, "–"),
    NoticeDef::of(event::SURRENDERED, EUROJUST, PARTIES, "Reg. 2018/1727, 21"),
    NoticeDef::of(event::SURRENDERED, EUROPOL, PARTIES, "Reg. 2016/794, 7(6)"),
    NoticeDef::of(event::SURRENDERED, POLICE, PARTIES, "–"),
    NoticeDef::of(event::WITHDRAWN, EUROJUST, PARTIES, "Reg. 2018/1727, 21"),
    NoticeDef::of(event::WITHDRAWN, EUROPOL, PARTIES, "Reg. 2016/794, 7(6)"),
    NoticeDef::of(event::WITHDRAWN, POLICE, PARTIES, "–"),
];

/// What the Framework Decision alone has Eurojust told.
const ALONE: [NoticeDef; 3] = [
    NoticeDef::of(event::DELAY_NOTIFIED, EUROJUST, WHY, "17(7)"),
    NoticeDef::of(event::LIMIT_EXCEEDED, EUROJUST, WHY, "17(7)").due(),
    NoticeDef::of(event::COMPETING_REQUEST_TOLD, EUROJUST, WHY, "16(2)"),
];

/// Every row.
pub(super) const TABLE: &[NoticeDef] = &all();

const fn all() -> [NoticeDef; UNDER_ANY_ACT.len() + ALONE.len()] {
    let (mut rows, mut at) = ([ALONE[0]; UNDER_ANY_ACT.len() + ALONE.len()], 0);
    while at < rows.len() {
        rows[at] = if at < UNDER_ANY_ACT.len() { UNDER_ANY_ACT[at] } else { ALONE[at - UNDER_ANY_ACT.len()] };
        at += 1;
    }
    rows
}
