"""Every message of the commands is provoked: in a transcript, or in a test where a transcript cannot.

What the sources say is looked up in what the tests expect; what nobody can provoke from outside is listed
with its reason.
"""

from sentences import said, sentences

from muster import REPOSITORY

# What cannot be provoked from outside, and why.
UNPROVOKED = {
    "was restored and is damaged all the same:": "a disk that changes what was written to it",
    "The database has no directory in it. Restore a backup.": "its schema is looked at before",
    "The directory is of an older version, and no copy of it can be kept before it is brought up to date:": (
        "an older directory on a disk without room; UpgradeCopyTests have it"
    ),
    "SQLite cannot read it": "SQLite reads what it can, and says what is wrong with the rest",
    "Ended before there was an answer.": "a signal ends the process before its requests",
    "The directory does not accept this command.": "the command and the directory are one process",
    "belongs to somebody else": "needs a second user, whom not every machine lends to a test",
    "The terminal cannot be silenced, so nothing was asked.": "a terminal that is one and has no settings",
    "The backup is not what was copied. Nothing was written.": "SQLite would have to copy wrongly",
    ". Run the command as the server's user.": "the lock, which is taken first, is refused to this user",
    "The verification code cannot be sent at present.": "the dialect that sends codes has its own words for 503",
    "cannot be sent at present.": "as the one before",
    "this server sends no codes by": "by a way that is off no code is asked for in the first place",
    "this server sends no e-mail": "whom no mail can reach is sent none in the first place",
    "Your Muster code is {code}. Valid for 5 minutes. Never share it.": "a text of its own is set where that is shown",
    "cannot be written.": "whatever fails in there has a sentence of its own",
    "Your second factor is a passkey, which only a browser can use. Log in with a pair of API keys": "a passkey is made in a browser",
    "The backup cannot be read back.": "a disk that loses a file between two calls",
    "The backup cannot be read back. Nothing was written.": "a disk that loses a file between two calls",
    "has just been changed. Try again.": "another restore within the same millisecond",
    "is being changed by another program. Nothing was changed.": "a writer within the copy of a backup",
    "has just been removed. Try again.": "another backup within the same millisecond",
    "Another backup is being made.": "two administrators ask within the same second, in the console",
    "No backup could be made. The server's log says why; muster check looks at the directory.": (
        "a directory that is damaged or a disk that is full, in the console"
    ),
    "There is no room just now for what this file is made into. Split it, or import it with: muster users import": (
        "files of many MiB at the same moment, in the console; ImportListRoomTests have them"
    ),
    "The directory cannot be worked on: no answer.": "the command's own server would have to fail",
    "or copy what you trust to another folder. Nothing was changed.": (
        "needs a second user, whom not every machine lends to a test"
    ),
    "of the former one cannot be removed:": "the backup could not be written in that folder, either",
    "No folder can be made for temporary files. Set TMPDIR to one that can be written.": (
        "/tmp, which is tried last, can be written everywhere"
    ),
}


def test_every_message_is_provoked():
    expected = said(REPOSITORY / "Tests/Conformance")
    for sentence in [*UNPROVOKED, *UNPROVOKED.values()]:
        expected = expected.replace(f"\0{sentence}\0", "\0", 1)
    missing = []
    for path in sorted((REPOSITORY / "Sources/MusterCommands").rglob("*.swift")):
        for sentence in sentences(path.name, path.read_text()):
            if not sentence.is_in(expected) and max(sentence.pieces, key=len) not in UNPROVOKED:
                missing.append(str(sentence))
    assert missing == []


def test_what_is_listed_as_unprovoked_is_said_somewhere():
    text = [path.read_text() for path in (REPOSITORY / "Sources/MusterCommands").rglob("*.swift")]
    assert [sentence for sentence in UNPROVOKED if not any(sentence in source for source in text)] == []
    assert len(UNPROVOKED) < 30


def test_sentences_are_found_in_the_sources():
    source = '''
        // "A comment is no message."
        abstract: "An explanation is none."
        throw Error("There is no \\(kind("of")) \\(name).")
        throw Error(
            "One sentence goes on "
                + "in another literal. Run: muster check \\(x ? "not this" : "nor that")"
        )
        let text = """
            Two lines are \\
            one sentence.
            """
        throw invalid(key, "must be a reason")
        let word = "word."
    '''
    assert [each.pieces for each in sentences("A.swift", source)] == [
        ("There is no",),
        ("One sentence goes on", "in another literal. Run: muster check"),
        ("Two lines are one sentence.",),
        ("must be a reason",),
    ]
