//! The shape of every message: what its fields take in memory once they are decoded. A few bytes on the wire may stand
//! for hundreds in memory, so what a message would cost is counted before it is decoded.
//!
//! It must not decode or judge content. The count goes over the bytes exactly as the decoder does and stops where that
//! one stops, so that nothing malformed is cheaper here than there.

use std::collections::HashMap;
use std::sync::LazyLock;

use prost::Message as _;
use prost::bytes::Buf as _;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorSet};

/// Elements of one message: far more than any valid one has, and few enough to decode in a moment.
pub(crate) const ELEMENTS_COUNT_MAX: usize = 65_536;

/// Bytes in memory that each byte of a message may stand for. With the encoded message itself it is eight.
pub(crate) const GROWTH_MAX: usize = 7;

/// Bytes in memory that any message may take, however short it is.
pub(crate) const FREE_BYTES: usize = 64 << 10;

/// Depth of messages within messages that are followed; the types are not so deep.
const DEPTH_MAX: usize = 32;

/// Places of a growing list for each of its elements.
const LIST_GROWTH: usize = 2;

/// What says whether an optional field is there, with the gap it leaves.
const TAG_BYTES: usize = 8;

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| Shapes::of(crate::DESCRIPTORS));

/// What decoding a message would cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Fields, items of lists and numbers in lists, at every depth.
    pub(crate) elements: usize,
    /// Bytes beyond those of the outermost message itself.
    pub(crate) bytes: usize,
}

impl Cost {
    /// Whether a message of this length may cost so much.
    pub(crate) fn is_fair(self, length: usize) -> bool {
        self.elements <= ELEMENTS_COUNT_MAX && self.bytes <= FREE_BYTES + GROWTH_MAX * length
    }
}

/// The shape of one message type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Root(usize);

impl Root {
    /// The shape of a type by its full name, such as `rogatory.types.v1.Party`.
    pub(crate) fn of(name: &str) -> Option<Self> {
        SHAPES.by_name.get(&format!(".{name}")).copied().map(Self)
    }

    /// What these bytes would cost, counted to their end, to the first that no decoder takes, or until it is too much.
    pub(crate) fn cost(self, bytes: &[u8]) -> Cost {
        let mut count = Count { cost: Cost::default(), length: bytes.len() };
        let mut rest = bytes;
        let _ = count.message(self.0, &mut rest, 0, 0);
        count.cost
    }
}

/// The count goes no further: the decoder would stop here, or the cost is too high already.
struct Stop;

struct Count {
    cost: Cost,
    length: usize,
}

impl Count {
    /// Counts a message's fields until only `limit` bytes are left.
    fn message(&mut self, shape: usize, rest: &mut &[u8], limit: usize, depth: usize) -> Result<(), Stop> {
        if depth > DEPTH_MAX {
            self.cost.elements = usize::MAX;
            return Err(Stop);
        }
        while rest.remaining() > limit {
            let (number, wire) = decode_key(rest).map_err(|_| Stop)?;
            self.add(1, 0)?;
            let field = SHAPES.all[shape].get(number as usize).unwrap_or(&Field::Unknown);
            self.field(field, (number, wire), rest, depth)?;
        }
        if rest.remaining() == limit { Ok(()) } else { Err(Stop) }
    }

    fn field(
        &mut self,
        field: &Field,
        (number, wire): (u32, WireType),
        rest: &mut &[u8],
        depth: usize,
    ) -> Result<(), Stop> {
        match (field, wire) {
            (Field::Message { shape, listed }, WireType::LengthDelimited) => {
                self.add(0, *listed)?;
                let length = length(rest)?;
                let limit = rest.remaining() - length;
                self.message(*shape, rest, limit, depth + 1)
            }
            (Field::Text { listed, copied }, WireType::LengthDelimited) => {
                let length = length(rest)?;
                rest.advance(length);
                self.add(0, listed + if *copied { length } else { 0 })
            }
            (Field::Numbers { listed, width }, WireType::LengthDelimited) => {
                let length = length(rest)?;
                if let Some(width) = width {
                    rest.advance(length);
                    return self.add(length / width, length / width * listed);
                }
                let limit = rest.remaining() - length;
                while rest.remaining() > limit {
                    decode_varint(rest).map_err(|_| Stop)?;
                    self.add(1, *listed)?;
                }
                if rest.remaining() == limit { Ok(()) } else { Err(Stop) }
            }
            _ => {
                if let Field::Numbers { listed, .. } = field {
                    self.add(0, *listed)?;
                }
                skip_field(wire, number, rest, DecodeContext::default()).map_err(|_| Stop)
            }
        }
    }

    fn add(&mut self, elements: usize, bytes: usize) -> Result<(), Stop> {
        self.cost.elements += elements;
        self.cost.bytes += bytes;
        if self.cost.is_fair(self.length) { Ok(()) } else { Err(Stop) }
    }
}

/// The length before a field, if so much is left.
fn length(rest: &mut &[u8]) -> Result<usize, Stop> {
    let length = decode_varint(rest).map_err(|_| Stop)?;
    usize::try_from(length).ok().filter(|length| *length <= rest.remaining()).ok_or(Stop)
}

/// What one field costs each time it comes; `listed` is what an item adds to its list, 0 where it has a place already.
#[derive(Debug)]
enum Field {
    /// None of the type's; it is skipped.
    Unknown,
    /// A message.
    Message { shape: usize, listed: usize },
    /// A text, which is copied, or bytes, which stay where they came.
    Text { listed: usize, copied: bool },
    /// A list of numbers; those of a fixed width have one.
    Numbers { listed: usize, width: Option<usize> },
    /// One number.
    Number,
}

struct Shapes {
    by_name: HashMap<String, usize>,
    /// The fields of each type by their number.
    all: Vec<Vec<Field>>,
}

impl Shapes {
    fn of(descriptors: &[u8]) -> Self {
        let files = FileDescriptorSet::decode(descriptors).unwrap_or_default().file;
        let mut types = Vec::new();
        for file in &files {
            collect(&mut types, &format!(".{}", file.package()), &file.message_type);
        }
        let by_name: HashMap<String, usize> =
            types.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
        let types: Vec<&DescriptorProto> = types.into_iter().map(|(_, message)| message).collect();
        let types = Types { by_name: &by_name, all: &types };
        let all = types.all.iter().map(|message| types.fields(message)).collect();
        Self { by_name, all }
    }
}

fn collect<'a>(types: &mut Vec<(String, &'a DescriptorProto)>, scope: &str, messages: &'a [DescriptorProto]) {
    for message in messages {
        let name = format!("{scope}.{}", message.name());
        collect(types, &name, &message.nested_type);
        types.push((name, message));
    }
}

/// The types as they are described.
struct Types<'a> {
    by_name: &'a HashMap<String, usize>,
    all: &'a [&'a DescriptorProto],
}

impl Types<'_> {
    fn fields(&self, message: &DescriptorProto) -> Vec<Field> {
        let mut fields = Vec::new();
        for field in &message.field {
            let number = usize::try_from(field.number()).unwrap_or_default();
            fields.resize_with(fields.len().max(number + 1), || Field::Unknown);
            fields[number] = self.field(field);
        }
        fields
    }

    fn field(&self, field: &FieldDescriptorProto) -> Field {
        let is_list = field.label() == Label::Repeated;
        let listed = if is_list { LIST_GROWTH * self.size_of_value(field, 0) } else { 0 };
        match field.r#type() {
            Type::Message => self
                .by_name
                .get(field.type_name())
                .map_or(Field::Unknown, |at| Field::Message { shape: *at, listed }),
            Type::Group => Field::Unknown,
            Type::String => Field::Text { listed, copied: true },
            Type::Bytes => Field::Text { listed, copied: false },
            Type::Float | Type::Fixed32 | Type::Sfixed32 if is_list => {
                Field::Numbers { listed, width: Some(4) }
            }
            Type::Double | Type::Fixed64 | Type::Sfixed64 if is_list => {
                Field::Numbers { listed, width: Some(8) }
            }
            _ if is_list => Field::Numbers { listed, width: None },
            _ => Field::Number,
        }
    }

    /// An upper bound of the bytes of a decoded message, without what its texts and lists point at.
    fn size_of_message(&self, message: &DescriptorProto, depth: usize) -> usize {
        let mut choices = vec![0; message.oneof_decl.len()];
        let mut bytes = 0;
        for field in &message.field {
            let optional = field.proto3_optional() || field.r#type() == Type::Message;
            let value = match field.label() {
                Label::Repeated => size_of::<Vec<u8>>(),
                _ => self.size_of_value(field, depth) + if optional { TAG_BYTES } else { 0 },
            };
            let choice = field.oneof_index.filter(|_| !field.proto3_optional());
            match choice.and_then(|choice| choices.get_mut(usize::try_from(choice).ok()?)) {
                Some(choice) => *choice = value.max(*choice),
                None => bytes += value,
            }
        }
        let choices: usize = choices.iter().filter(|bytes| **bytes > 0).map(|bytes| bytes + TAG_BYTES).sum();
        (bytes + choices).next_multiple_of(TAG_BYTES)
    }

    fn size_of_value(&self, field: &FieldDescriptorProto, depth: usize) -> usize {
        match field.r#type() {
            Type::Message if depth < DEPTH_MAX => {
                let message = self.by_name.get(field.type_name()).and_then(|at| self.all.get(*at));
                message.map_or(0, |message| self.size_of_message(message, depth + 1))
            }
            Type::String => size_of::<String>(),
            Type::Bytes => size_of::<bytes::Bytes>(),
            Type::Bool => size_of::<bool>(),
            Type::Float | Type::Fixed32 | Type::Sfixed32 => size_of::<u32>(),
            Type::Int32 | Type::Uint32 | Type::Sint32 | Type::Enum => size_of::<i32>(),
            _ => size_of::<u64>(),
        }
    }
}

#[cfg(test)]
mod tests;
