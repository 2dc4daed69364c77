//! The formats: one row each. The help and the names of `--format` are made from the rows.

/// What a format is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A provider gets it as user-data, by hand or by Terraform, which can fill in secrets before.
    UserData,
    /// A server gets it as it is.
    Server,
    /// An image is made with it.
    Image,
    /// People or programs read it; no server gets it.
    Review,
}

/// What is known of a format.
struct Row {
    name: &'static str,
    help: &'static str,
    what_for: Use,
    is_folder: bool,
    is_encoded: bool,
}

macro_rules! formats {
    ($($format:ident $name:literal $help:literal $use:ident folder: $folder:literal encoded: $encoded:literal)*) => {
        /// A format of `render`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Format {
            $(#[doc = concat!($help, ".")] $format,)*
        }

        impl Format {
            /// Every format, in the order of the help.
            pub const ALL: &[Self] = &[$(Self::$format),*];

            const fn row(self) -> &'static Row {
                match self {
                    $(Self::$format => &Row {
                        name: $name,
                        help: $help,
                        what_for: Use::$use,
                        is_folder: $folder,
                        is_encoded: $encoded,
                    },)*
                }
            }
        }
    };
}

formats! {
    CloudConfig "cloud-config" "The document, as cloud-config" UserData folder: false encoded: true
    Mime "mime" "The document and your own parts, as a MIME multipart message" UserData folder: false encoded: true
    Terraform "terraform" "A Terraform module" UserData folder: true encoded: true
    Packer "packer" "The files that Packer needs to bake an image" Image folder: true encoded: false
    Nocloud "nocloud" "A seed for cloud-init's NoCloud datasource: a folder, or a disk image with --output FILE.img"
    Server folder: true encoded: true
    Script "script" "A shell script for a server that already runs" Server folder: false encoded: false
    Tree "tree" "The server's files as a folder, for review" Review folder: true encoded: false
    Repository "repository" "Files for the repository of your application, if the profile has some" Review folder: true encoded: false
    Json "json" "The document and its files, as JSON" Review folder: false encoded: true
}

impl Format {
    /// The name, as `--format` accepts it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// What the format is, for the help; without a full stop.
    #[must_use]
    pub const fn help(self) -> &'static str {
        self.row().help
    }

    /// What the format is for.
    #[must_use]
    pub const fn what_for(self) -> Use {
        self.row().what_for
    }

    /// Whether `render` writes a folder of files rather than one file.
    #[must_use]
    pub const fn is_folder(self) -> bool {
        self.row().is_folder
    }

    /// Whether the format contains the encoded document, so that an encoding can be chosen.
    #[must_use]
    pub const fn is_encoded(self) -> bool {
        self.row().is_encoded
    }
}
