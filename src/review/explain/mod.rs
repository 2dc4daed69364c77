//! What a server will do with a document: who does what, and what waits for what. In words, as Mermaid, as SVG.

mod cloud_init;
mod mermaid;
mod site;
mod svg;
mod words;

use crate::host::STEPS;
pub use site::reference;

use crate::cloud_init::Stage;
use crate::userdata::UserData;

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// cloud-init.
    CloudInit {
        /// In which stage of the boot.
        stage: Stage,
        /// Whether on every boot.
        every_boot: bool,
    },
    /// A step of the host side.
    Server,
    /// Somebody who has to do it.
    Person,
    /// A service somewhere else.
    Outside,
}

impl Who {
    /// As it is printed.
    #[must_use]
    pub(crate) fn name(self) -> String {
        match self {
            // What reads the user-data says itself how often it runs.
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

/// One thing that is done. All its text is fit to be shown.
#[derive(Debug)]
pub struct StoryNode {
    /// What it is called, once in a story.
    pub name: String,
    /// Who does it.
    pub who: Who,
    /// What is done, a sentence or a list's line each.
    pub lines: Vec<String>,
    /// What has to be done before: names of nodes that stand earlier.
    pub after: Vec<String>,
    /// What it waits for once it has begun.
    pub later: Vec<String>,
}

/// All that is done, each after what it waits for.
#[derive(Debug)]
pub struct Story {
    /// What it is about.
    pub title: String,
    /// What is done.
    pub nodes: Vec<StoryNode>,
}

impl Story {
    /// Of a document.
    #[must_use]
    pub fn of(data: &UserData) -> Self {
        let known = data.known();
        let mut nodes = cloud_init::nodes(data, known);
        let title = site::add(data, &mut nodes);
        for line in nodes.iter_mut().flat_map(|node| &mut node.lines) {
            *line = known.without(line).into_owned();
        }
        Self { title, nodes }
    }

    /// The number of a node.
    fn number(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.name == name)
    }
}
