//! The explanations of what the compiler, `check` and `diff` report: one row for each code, in the order of
//! [`crate::finding::Code::ALL`].

use crate::finding::Code;

/// The explanation of a code of the compiler.
#[derive(Debug)]
pub struct Meaning {
    /// The code that is explained.
    pub code: Code,
    /// What it means, in a few words without a full stop.
    pub title: &'static str,
    /// Why it matters and what to do about it, in whole sentences.
    pub explanation: &'static str,
}

impl Meaning {
    /// The explanation of the code whose name is exactly `name`; `None` if there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        MEANINGS.iter().find(|meaning| meaning.code.name() == name)
    }
}

const fn row(code: Code, title: &'static str, explanation: &'static str) -> Meaning {
    Meaning { code, title, explanation }
}

/// The explanations of all codes, in the order of [`Code::ALL`](crate::finding::Code::ALL).
pub static MEANINGS: &[Meaning] = &[
    row(
        Code::BadValue,
        "a value in the wrong format",
        "Each value has a format: a domain is not a URL, a port is a number from 1 to 65535, a path on the server begins \
         with /. A value in another format would fail on the server, where nobody sees the error. Write the value as \
         the help line shows.",
    ),
    row(
        Code::BadYaml,
        "a configuration that is not plain YAML",
        "The configuration does not parse, or it uses YAML features that firstlight does not accept in a configuration: \
         anchors, aliases, tags, merge keys, or two documents in one file. Different programs can read these \
         differently. Correct the line, or write out the value that the anchor refers to.",
    ),
    row(
        Code::CannotRead,
        "a file or folder that cannot be read",
        "The file does not exist, it is not a text file, you are not allowed to read it, or it is outside of the \
         repository of the file that names it. Correct its name; to allow a file outside of the repository, add \
         --allow-outside.",
    ),
    row(
        Code::DuplicateKey,
        "something given twice",
        "A key, a setting or a site is given twice, and only one of the two can apply. Keep the one that you want and \
         remove the other.",
    ),
    row(
        Code::WrongType,
        "a value of the wrong type in the configuration",
        "The configuration has a single value where a list or a mapping is expected, or a list or a mapping where a \
         single value is expected. Write it as the help line shows; `firstlight schema` describes every key.",
    ),
    row(
        Code::LiteralSecret,
        "a secret instead of a reference to it",
        "Everybody on the server can read user-data, and often everybody in the provider's project can too. Therefore \
         the document must not contain a secret. Write a reference to the place where the server finds the secret, \
         and store the secret there, or let the server generate it. If the value is not a secret, allow it with \
         in_clear.",
    ),
    row(
        Code::PossibleSecret,
        "a value that looks random",
        "The value looks random, so it may be a secret; an identifier can look the same. If it is a secret, write a \
         reference instead. If it is not, allow it with in_clear; the document's header then lists it.",
    ),
    row(
        Code::UnusedException,
        "an exception that is not needed",
        "in_clear names a value that does not exist, or that firstlight allows anyway. An unused exception could later \
         allow a real secret by mistake. Remove it.",
    ),
    row(
        Code::MisplacedReference,
        "a reference to a secret where only text is expected",
        "Only settings for secrets, such as `secrets`, accept references. Anywhere else, the application gets the \
         reference itself as its password, and nothing fails until somebody notices. Move the variable to the setting \
         for secrets. If the application itself resolves the reference, allow it with in_clear.",
    ),
    row(
        Code::EmbeddedSecret,
        "a secret that would be written into the document",
        "env://NAME copies a secret into the document, so the document is then as secret as the value. firstlight does \
         this only with --embed-secret, and never writes such a document into a git repository or to a terminal. A \
         reference that the server resolves is safer.",
    ),
    row(
        Code::TokenExpires,
        "a token that expires soon",
        "After the registry token has expired, the server can no longer pull or update images, although the running \
         application continues. Create a new token, copy it to the server, and write its last day of validity.",
    ),
    row(
        Code::MissingKey,
        "a required value is missing",
        "firstlight cannot make a document without this value: a domain, or a setting that has no default. The help line \
         says how to give it.",
    ),
    row(
        Code::TooLarge,
        "larger than the provider accepts",
        "The provider refuses the document or truncates it. --size shows the size of each file. Let the server download \
         firstlight's program (`firstlight program`, and the setting `program`), leave out files of your own, put them \
         into the application's image, or bake an image of the server (--phase bake and --phase boot).",
    ),
    row(
        Code::UnknownLimit,
        "a limit that is not documented",
        "The provider does not document how large user-data may be. If it refuses the document, let the server download \
         firstlight's program (`firstlight program`, and the setting `program`), render the document with --encoding \
         gzip, or split the work with --phase.",
    ),
    row(
        Code::Unsuitable,
        "options that do not work together",
        "Each option is correct by itself, but the format, the phase or the output does not support the combination. The \
         help line says which option to leave out.",
    ),
    row(
        Code::Conflict,
        "your own cloud-config conflicts with firstlight's",
        "A key, file, command or package of yours would replace one of firstlight's, prevent firstlight from running, or \
         do harm when it runs a second time. Use another path, or leave it out.",
    ),
    row(
        Code::NoLogin,
        "a user who cannot administer the server",
        "cloud-init creates the image's own user, who may use sudo, only if the list `users` contains `default`. sudo asks \
         every other user for a password, unless the user has a rule such as `sudo: ALL=(ALL) NOPASSWD:ALL`. Without \
         such a user, nobody can bring the files that the server waits for, or look at a problem.",
    ),
    row(
        Code::UnknownKey,
        "an unknown key or setting",
        "firstlight does not read this key, so its value would have no effect. It is misspelt, at the wrong level, or \
         belongs to another profile. `firstlight schema --profile NAME` lists the valid keys.",
    ),
    row(
        Code::UnknownName,
        "a name that does not exist",
        "There is no profile, provider, choice, service or code with this name. The help line shows the valid names, or \
         the most similar one.",
    ),
    row(
        Code::BadProfile,
        "a profile with an error",
        "The error is in the profile's own files: in a template, in a rule, or because a value that firstlight's program \
         on the server needs is missing. Correct profile.yaml or the file that the message names; profiles/app is a \
         short example.",
    ),
    row(
        Code::Unrepresentable,
        "a value that a file cannot contain",
        "The syntax of the file has no way to write this value, for example a line break in an environment file. Change \
         the value, or put it into a file with another syntax.",
    ),
    row(
        Code::PrivateImage,
        "an image that may be private",
        "Without a token the server can only pull public images, and at many registries an image is private until its \
         owner makes it public. Give a token, or write `token: none` if the image is public.",
    ),
    row(
        Code::OtherImage,
        "an image of another application than the profile's",
        "The profile is made for one application: its settings, folders and health check belong to that application. \
         Another image would start and never become healthy. Use the profile app for an image of your own.",
    ),
    row(
        Code::UnsetVariable,
        "a variable of the compose file that is not set",
        "Compose replaces the variable with an empty text and only logs a warning on the server. Set it with \
         `environment:` or `secrets:` in the settings, or give it a default in the file.",
    ),
    row(
        Code::UnusedVariable,
        "a variable that no service uses",
        "The settings set a variable in the .env file on the server. Compose reads this file only to replace ${NAME} \
         in the compose file; a container does not get the variable by itself. Pass it on at the service, with \
         `environment: {NAME: \"${NAME}\"}`, or remove the setting.",
    ),
    row(
        Code::LiteralVariable,
        "a variable that nothing replaces",
        "The values of settings are literal text: the application gets ${NAME} itself, and not the value of NAME. Give \
         the whole value as one secret, or write it in your own compose file, where Compose replaces variables.",
    ),
    row(
        Code::CannotWork,
        "something that cannot work on the server",
        "The value is correct by itself, but it cannot work on this server: for example an image that would have to be \
         built, a service that Caddy cannot reach, a file that does not exist, a value that Docker refuses, or a \
         secret store to which the server has no access. The help line says what to write instead.",
    ),
    row(
        Code::MadeOnServer,
        "a file that the server generates",
        "The server generates .env and Caddy's files from the settings, so that the document contains no secret. A file \
         with the same name beside your compose file is not copied to the server. Give its values as settings, or \
         rename the file.",
    ),
    row(
        Code::PublishedPort,
        "a port that is open to everybody",
        "A published port bypasses Caddy and its HTTPS. It also bypasses most firewalls on the server, because Docker \
         opens the port itself. Remove it, or bind it to 127.0.0.1.",
    ),
    row(
        Code::HostAccess,
        "a container that can control the server",
        "An attacker who takes over the container, for example through a vulnerability of the application, can then \
         control the server. Remove this access if the application does not need it; mount files that it only reads \
         with :ro.",
    ),
    row(
        Code::Outdated,
        "a committed document that is outdated",
        "The configuration, a file that it names, or firstlight itself has changed since the document was committed, or \
         somebody edited the document. Run `firstlight check --update`, and review the changes before you commit them.",
    ),
    row(
        Code::MissingDocument,
        "a configuration without its document",
        "`firstlight check` compares each configuration with the document in the same folder, and this document does not \
         exist. Run `firstlight check --update` to write it.",
    ),
    row(
        Code::Orphan,
        "a committed document without a configuration",
        "The configuration of this document was removed or renamed. The document may be the only record of a server, so \
         firstlight does not remove it. Remove it, or restore the configuration.",
    ),
    row(
        Code::Internal,
        "an error in firstlight itself",
        "firstlight reads each document back before it prints it, and this document does not contain what it should. \
         Nothing was printed. Please report this error with the command and the configuration; another --encoding may \
         work in the meantime.",
    ),
];
