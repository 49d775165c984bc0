//! Events as callers raise them, made from their definitions. Must not decide whether one is allowed; the life cycle does.

use jiff::civil::Date;
use rogatory_domain::case::{Event, Offer, Parameter, Value};
use rogatory_domain::id::MessageId;
use rogatory_domain::instrument::{EventDef, ParameterDef, Symbol, Takes};

use crate::dice::Dice;

/// Largest count that a caller gives.
const COUNT_MAX: u32 = 90;

/// An event with what it must tell, and now and then with what it may. What accepts an offer names one of those there are.
pub(crate) fn of(
    definition: &EventDef,
    opening: MessageId,
    offers: &[Offer],
    dice: &mut Dice,
) -> Option<Event> {
    let (on, is_full) = (Date::constant(2026, 3, 1 + dice.below(28) as i8), dice.chance(50));
    let offered = dice.pick(offers).filter(|_| definition.accepts().is_some());
    let opening = offered.map_or(opening, |offer| offer.message);
    let mut parameters = Vec::new();
    for parameter in definition.parameters {
        if parameter.count.is_required() || is_full {
            parameters.push(Parameter {
                code: Symbol::of(parameter.code)?,
                value: value(parameter, on, opening, dice)?,
            });
        }
    }
    Event::of(definition, parameters).ok()
}

const ANOTHER_REFERRAL: &str = "0192f0a0-0000-7000-8000-0000000000ff";

fn value(parameter: &ParameterDef, on: Date, opening: MessageId, dice: &mut Dice) -> Option<Value> {
    Some(match parameter.takes {
        Takes::Day => Value::Day(on),
        Takes::Message => opening.into(),
        // No event may name its own referral where it means another one.
        Takes::Referral => ANOTHER_REFERRAL.parse::<MessageId>().ok()?.into(),
        Takes::Item(list) => Value::Item(Symbol::of(dice.pick(list.items)?.code)?),
        Takes::Number(least, most) => {
            Value::Number((dice.below(COUNT_MAX as usize) as u32).clamp(least, most))
        }
        Takes::Flag => Value::Set,
    })
}
