//! Settings: the values that a profile lets its users choose.

mod kind;
mod read;
mod value;

pub(crate) use kind::Type;
pub use value::Value;

use crate::finding::{Code, Diagnostic, Report};
use crate::text::source::Spanned;
use crate::value::Image;
use crate::yaml::{Mapping, Node};

/// A setting that a profile offers to its users.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The setting's name, and where the profile declares it.
    pub key: Spanned<String>,
    /// The type of its values.
    pub kind: Type,
    /// The value if the user gives none: a template that may use the settings before it. `None` if there is
    /// no default.
    pub default: Option<Node>,
    /// Whether the setting may stay without any value.
    pub optional: bool,
    /// For a setting of type image: the program that the image must contain.
    pub program: Option<Program>,
    /// One sentence for users that explains the setting.
    pub help: String,
    /// A value that it takes, for those who look for one; `None` if one of its type will do.
    pub example: Option<Node>,
}

/// A program that an image must contain. It is recognized by the image's name: nothing else is known before
/// the image is pulled.
#[derive(Clone, Debug)]
pub struct Program {
    /// A word that the name of every suitable image contains.
    pub name: String,
    /// The advice for users whose image contains another program.
    pub otherwise: String,
}

impl Program {
    fn read(node: Node, report: &mut Report) -> Option<Self> {
        let mut mapping = report.keep(Mapping::of(node))?;
        let name = mapping.require("name", report);
        let otherwise = mapping.require("otherwise", report);
        mapping.finish(report);
        let mut text = |node: Node| report.keep(node.text("a text").map(str::to_owned));
        Some(Self { name: text(name?)?, otherwise: text(otherwise?)? })
    }

    /// The complaint about an image that is not one of it.
    #[must_use]
    pub(crate) fn complaint(&self, image: &Image) -> Option<Diagnostic> {
        if image.name().contains(&self.name) {
            return None;
        }
        let Self { name, otherwise } = self;
        let message = format!("the image {image} does not look like {name}, the application of this profile");
        let help = format!("{otherwise}; if the image does contain {name}, ignore this message");
        Some(Diagnostic::warning(Code::OtherImage, message).help(help))
    }
}

impl Setting {
    /// Reads one entry of a profile's `settings`.
    pub(crate) fn read(key: Spanned<String>, node: Node, report: &mut Report) -> Option<Self> {
        let mut mapping = report.keep(Mapping::of(node))?;
        let kind = Type::read(&mut mapping, report);
        let default = mapping.take("default");
        let optional = mapping.take("optional").map(|node| node.parsed("a single value", read::boolean));
        let optional = optional.and_then(|read| report.keep(read)).unwrap_or(false);
        let program = mapping.take("program").and_then(|node| Program::read(node, report));
        let help = mapping.text("help", report).map_or_else(String::new, |text| text.value);
        let example = mapping.take("example");
        if kind.is_some() {
            mapping.finish(report);
        }
        Some(Self { key, kind: kind?, default, optional, program, help, example })
    }

    /// Whether users have to give it.
    #[must_use]
    pub(crate) fn is_required(&self) -> bool {
        self.default.is_none() && !self.optional
    }
}
