//! What a server will do with a document: who does what, and what waits for what; as text, as Mermaid or as SVG.

mod cloud_init;
mod layout;
mod mermaid;
mod site;
mod svg;
mod text;
mod timeline;

use crate::host::STEPS;
use crate::review::known::known;
pub use site::reference;
pub use timeline::Timeline;

use crate::cloud_init::Stage;
use crate::userdata::UserData;

/// Who or what does a step of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// cloud-init does it.
    CloudInit {
        /// The stage of the boot in which cloud-init does it.
        stage: Stage,
        /// Whether cloud-init does it on every boot.
        every_boot: bool,
    },
    /// firstlight's host side does it, as one of its steps on the server.
    Server,
    /// A person has to do it.
    Person,
    /// A service outside of the server does it.
    Outside,
}

impl Who {
    /// The name in the output.
    #[must_use]
    pub(crate) fn name(self) -> String {
        match self {
            // The description of a step of this stage says how often it runs, if that matters.
            Self::CloudInit { stage, every_boot: true } if stage != Stage::Reading => {
                format!("cloud-init, {}, every boot", stage.name())
            }
            Self::CloudInit { stage, .. } => format!("cloud-init, {}", stage.name()),
            Self::Server => "a step on the server".to_owned(),
            Self::Person => "you".to_owned(),
            Self::Outside => "from outside".to_owned(),
        }
    }
}

/// One step of a story. Its texts are for the output: secrets in them are masked.
#[derive(Debug)]
pub struct StoryNode {
    /// The name of the step, unique in its story.
    pub name: String,
    /// Who or what does the step.
    pub who: Who,
    /// What is done: each line is a sentence, or an item of a list.
    pub lines: Vec<String>,
    /// The same for a picture, in which there is less room.
    pub brief: Vec<String>,
    /// The names of the steps that have to be done before; they come earlier in the story.
    pub after: Vec<String>,
}

/// Everything that is done with a document, in an order in which each step comes after those that it waits for.
#[derive(Debug)]
pub struct Story {
    /// One line that says what the story is about.
    pub title: String,
    /// The steps, in order.
    pub nodes: Vec<StoryNode>,
}

impl Story {
    /// Makes the story of a document.
    #[must_use]
    pub fn of(data: &UserData) -> Self {
        let known = &known(data);
        let mut nodes = cloud_init::nodes(data, known);
        let title = site::add(data, &mut nodes);
        for line in nodes.iter_mut().flat_map(|node| node.lines.iter_mut().chain(&mut node.brief)) {
            *line = known.without(line).into_owned();
        }
        Self { title, nodes }
    }

    /// The index of the node with a name; `None` if there is none.
    fn number(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.name == name)
    }
}
