//! What the compiler, `check` and `diff` complain of: a row a code, in the order of [`crate::finding::Code::ALL`].

use crate::finding::Code;

/// What a code means, and what to do about it.
#[derive(Debug)]
pub struct Meaning {
    /// The code.
    pub code: Code,
    /// What it is, in a few words.
    pub title: &'static str,
    /// Why that matters, and how to mend it.
    pub explanation: &'static str,
}

impl Meaning {
    /// The row of the code with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        MEANINGS.iter().find(|meaning| meaning.code.name() == name)
    }
}

const fn row(code: Code, title: &'static str, explanation: &'static str) -> Meaning {
    Meaning { code, title, explanation }
}

/// Every row.
pub static MEANINGS: &[Meaning] = &[
    row(
        Code::BadValue,
        "a value of the wrong form",
        "Every value has a form: a domain is no URL, a port is a number from 1 to 65535, a path on the server begins with /. \
         What has another form would fail on the server, where nobody looks. Write the value as the help line shows it.",
    ),
    row(
        Code::BadYaml,
        "a configuration that is not plain YAML",
        "The configuration does not parse, or uses what a configuration must not: anchors, aliases, tags, merge keys, two \
         documents in one file. Each could make one text mean two things to two readers. Mend the line, or write out what \
         the anchor stands for.",
    ),
    row(
        Code::CannotRead,
        "a file or folder that cannot be read",
        "It is not there, it is not a file of text, you may not read it, or it lies outside of the repository of the file that \
         names it. Correct its name; for a file elsewhere, add --allow-outside.",
    ),
    row(
        Code::DuplicateKey,
        "something given twice",
        "A key, a setting or a site stands twice, and only one of the two could hold. Keep the one that is meant.",
    ),
    row(
        Code::WrongType,
        "a value of the wrong kind in the configuration",
        "A single value stands where a list or a mapping is wanted, or the other way round. Write it as the help line shows; \
         `firstlight schema` describes every key.",
    ),
    row(
        Code::LiteralSecret,
        "a secret itself, where only a reference may stand",
        "Everybody on the server can read user-data, and often everybody in the provider's project. So no secret goes into it: \
         write where the server finds it, and bring it there, or let the server make it. What is no secret can be let through \
         by name, with in_clear.",
    ),
    row(
        Code::PossibleSecret,
        "something that looks random",
        "Only that it looks random tells that it may be a secret; an identifier looks the same. If it is one, write a reference \
         instead; if not, say so with in_clear, and the document's header names it.",
    ),
    row(
        Code::UnusedException,
        "an exception that nothing needs",
        "What in_clear names is not there, or would have been let through anyway. An exception that lies about could one day \
         let a real secret through. Remove it.",
    ),
    row(
        Code::EmbeddedSecret,
        "a secret that would be in the document",
        "env://NAME copies a secret into the document, which is then as secret as the secret. That is done only when it is \
         asked for with --embed-secret, and written only where the next commit or a passer-by does not see it. Better write \
         a reference that the server follows.",
    ),
    row(
        Code::TokenExpires,
        "a token that ends soon",
        "When the registry's token has ended, no pull and no update works any more, though what runs goes on. Make a new one, \
         bring it to the server, and write its last day.",
    ),
    row(
        Code::MissingKey,
        "something that has to be given",
        "Without it there is no document: a domain, or a setting that has no default. The help line says how to give it.",
    ),
    row(
        Code::TooLarge,
        "larger than the provider takes",
        "The provider refuses the document, or cuts it off. --size shows what takes the room: leave out files of your own, put \
         them into the image, or let the image be baked (--phase bake and boot).",
    ),
    row(
        Code::UnknownLimit,
        "a limit that is not documented",
        "The provider does not say how much user-data it takes. If it refuses the document, render it with --encoding gzip, \
         or split the work with --phase.",
    ),
    row(
        Code::Unsuitable,
        "options that do not go together",
        "Each of them is right by itself, but the format, the phase or the output cannot have both. The help line says which \
         to leave out.",
    ),
    row(
        Code::Conflict,
        "your own cloud-config against firstlight's",
        "A key, file or command of yours would take the place of firstlight's, keep it from running, or do harm when it is run \
         a second time. Use another path, or leave it out.",
    ),
    row(
        Code::UnknownKey,
        "a key or setting that nothing reads",
        "Nothing reads this name, so what stands there would have no effect. It is misspelt, stands at the wrong level, or \
         belongs to another profile. `firstlight schema --profile NAME` lists those that there are.",
    ),
    row(
        Code::UnknownName,
        "a name that is not one of those there are",
        "There is no such profile, provider, choice, service or code. The help line has the names, or the nearest one.",
    ),
    row(
        Code::BadProfile,
        "a profile that does not fit together",
        "The fault is in the profile's own files: a template, a rule, or something that the host side needs and that is not \
         there. Mend profile.yaml or the file that is named; profiles/app is a short one to compare with.",
    ),
    row(
        Code::Unrepresentable,
        "a value that a file cannot hold",
        "The syntax of the file has no way to write this value, such as a line break in an environment file. Change the value, \
         or put it into a file of another kind.",
    ),
    row(
        Code::PrivateImage,
        "an image that its registry does not give to everyone",
        "Without a token the server can pull public images alone, and at many registries an image is private until its owner \
         opens it. Give a token, or say `token: none` yourself if the image is public.",
    ),
    row(
        Code::OtherImage,
        "another application in the place of the profile's own",
        "The profile is made for one application: its settings, folders and health check are that application's. Another image \
         would start and never get healthy. Choose the profile app for an image of your own.",
    ),
    row(
        Code::UnsetVariable,
        "a variable of the compose file that nothing sets",
        "Compose puts an empty text in its place, with no more than a warning in a log on the server. Set it with \
         `environment:` or `secrets:` in the settings, or give it a default in the file.",
    ),
    row(
        Code::CannotWork,
        "what the server cannot do",
        "Compose would take the file, and yet it cannot work on this server: an image to be built, a port that the web server \
         has, a service that it cannot reach, a file that is nowhere. The help line says what to write instead.",
    ),
    row(
        Code::MadeOnServer,
        "a file that the server makes itself",
        "The server writes .env and the web server's files from the settings, so that secrets never stand in the document. A \
         file of the same name beside your compose file does not come with it. Give what it holds as settings, or give the \
         file another name.",
    ),
    row(
        Code::PublishedPort,
        "a port that is open to everybody",
        "A published port goes past the web server and its HTTPS, and past most firewalls on the server, for Docker opens it \
         itself. Remove it, or bind it to 127.0.0.1.",
    ),
    row(
        Code::HostAccess,
        "a container with power over the server",
        "Whoever controls the container, by a fault in the application, can then control the server. Remove it if the \
         application can do without; mount what it only reads with :ro.",
    ),
    row(
        Code::FinalNewline,
        "a text without a newline at its end",
        "The host side reads the files line by line, and a last line without a newline would be lost. One was added. Save the \
         file with a newline at its end, as editors do.",
    ),
    row(
        Code::Outdated,
        "a committed document that is not what its configuration makes",
        "The configuration, a file that it names, or firstlight itself has changed since the document was committed, or \
         somebody edited the document. Run `firstlight check --update`, and look at what changes before you commit it.",
    ),
    row(
        Code::MissingDocument,
        "a configuration whose document is not committed",
        "check compares each configuration with the document beside it, and there is none. Run `firstlight check --update`, \
         which writes it.",
    ),
    row(
        Code::Orphan,
        "a committed document that no configuration makes",
        "Its configuration was removed or renamed. It may be all that is left of a server, so nothing removes it by itself. \
         Remove it, or bring the configuration back.",
    ),
    row(
        Code::Internal,
        "a fault of firstlight itself",
        "What was made is not what was meant, which firstlight found out when it read the document back. Nothing was printed. \
         Please report it, with the command and the configuration; until then another --encoding may help.",
    ),
];
