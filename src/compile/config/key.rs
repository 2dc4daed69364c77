//! The keys at the top of a configuration that have a single value: one row each. The command line has a flag for each
//! row, and the configuration's JSON schema a property.

/// The row of a key.
struct Row {
    name: &'static str,
    /// What stands for the value in the help of the command line.
    value: &'static str,
    /// One sentence for the help and the schema, without a full stop.
    help: &'static str,
    /// A value that it takes.
    example: &'static str,
}

macro_rules! keys {
    ($($(#[$doc:meta])* $key:ident $name:literal $value:literal $help:literal $example:literal)*) => {
        /// A key at the top of a configuration that has a single value, and the flag of the same name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum TopKey {
            $($(#[$doc])* $key,)*
        }

        impl TopKey {
            /// Every key, in the order of the command line's help.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$key),*];

            const fn row(self) -> &'static Row {
                match self {
                    $(Self::$key => &Row { name: $name, value: $value, help: $help, example: $example },)*
                }
            }
        }
    };
}

keys! {
    /// The profile's name, or the path of its folder.
    Profile "profile" "NAME|./FOLDER" "The name of a profile, or the path of your own profile's folder"
    "./shop"

    /// The site's public domain.
    Domain "domain" "DOMAIN" "The site's domain; its DNS record must point to the server"
    "www.example.com"

    /// The reference to the token for the container registry, never the token itself.
    Token "token" "REFERENCE"
    "A reference that says where the server finds the registry token, such as file:///PATH for a file on the server; none for public images"
    "file:///etc/firstlight/ghcr-token"

    /// The last day on which the token works, `YYYY-MM-DD`.
    Expires "expires" "YYYY-MM-DD" "The last day on which the token is valid; firstlight warns from two weeks before"
    "2099-02-01"

    /// The application's GitHub repository, `OWNER/NAME`.
    Repo "repo" "OWNER/NAME" "The application's GitHub repository, for profiles that use one"
    "OWNER/NAME"

    /// The branch of that repository.
    Branch "branch" "BRANCH" "The branch of that repository"
    "main"

    /// The name of a row of [`PROVIDERS`](crate::provider::PROVIDERS).
    Provider "provider" "PROVIDER"
    "The cloud provider that the document is for: check its limits and select an encoding that fits; `firstlight providers` lists the names"
    "hetzner"
}

impl TopKey {
    /// The name, as a configuration has it, and a flag behind `--`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// What stands for the value in the help of the command line.
    #[must_use]
    pub const fn value(self) -> &'static str {
        self.row().value
    }

    /// A value that it takes.
    #[must_use]
    pub const fn example(self) -> &'static str {
        self.row().example
    }

    /// What the key is, in one sentence without a full stop.
    #[must_use]
    pub const fn help(self) -> &'static str {
        self.row().help
    }
}
