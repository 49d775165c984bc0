//! A form that is another one but for some words and some boxes, as the warrants of two agreements are: one file of data.
//! It must not copy what the other form says.

use serde::Deserialize;

use crate::catalogue::Family;
use crate::layout::{BoxLayout, Layout};
use crate::words::Words;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kin {
    /// Code of the instrument.
    pub(crate) instrument: String,
    /// Code of the instrument whose form it shares.
    pub(crate) like: String,
    /// Boxes in the place of those with their letters; one with another letter stands after them.
    #[serde(rename = "box", default)]
    pub(crate) boxes: Vec<BoxLayout>,
    /// Words in the place of those of the same names, a language each.
    #[serde(default)]
    pub(crate) words: Vec<Words>,
}

impl Kin {
    /// The form with all its words; `None` where there is no form that it shares.
    pub(crate) fn family(&self, families: &[Family]) -> Option<Family> {
        let is_it = |layout: &&Layout| layout.instrument == self.like && layout.events.is_empty();
        let mut with =
            families.iter().filter_map(|family| Some((family, family.layouts.iter().find(is_it)?)));
        let (family, layout) = with.next()?;
        let mut layout = Layout { instrument: self.instrument.clone(), ..layout.clone() };
        for own in &self.boxes {
            match layout.boxes.iter_mut().find(|one| one.letter == own.letter) {
                Some(place) => *place = own.clone(),
                None => layout.boxes.push(own.clone()),
            }
        }
        let overlaid = |words: &Words| {
            let own = self.words.iter().find(|own| own.language == words.language);
            own.map_or_else(|| words.clone(), |own| words.overlaid(own))
        };
        Some(Family { layouts: vec![layout], words: family.words.iter().map(overlaid).collect() })
    }
}
