"""Word vectors as the initial embedding: the upload, frozen or tuned, the share of words that they cover."""

from dataclasses import replace
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core import paths
from core.errors import HeadlineLabError
from core.insight.wording import percent
from core.news import content_store
from core.news.decompression import Decompressor
from core.runs.run import Run
from core.settings.run import InitialVectors
from core.tasks.news_tasks import MatchVectors, coverage_task
from core.tasks.task import StoredFile
from core.text.vocabulary import FIRST_WORD_ID
from core.text.word_vectors import CAPS, WORD_VECTORS, WordMatch
from core.training.preparation import vector_sizes
from pages import tasks
from pages.session import Session
from pages.widgets.upload import store_upload
from pages.wording import count, help_text, literal

_TURN, _REFUSED, _LAST, _SIZE_BEFORE = (
    "vectors_turn",
    "vectors_refused",
    "vectors_last",
    "vectors_size_before",
)
_FORMATS = (
    "A text file with a word and its numbers on each line, as in GloVe. A first line may say how many "
    "there are, as in word2vec. From a zip of several files you choose one."
)
_TREATMENTS = {
    False: ("Tuned", "The vectors from the file are the start. Training changes them too."),
    True: ("Frozen", "The vectors from the file stay the same. Only the vectors of other words are trained."),
}


def word_vectors(session: Session) -> DeltaGenerator | None:
    """Draw the upload, or the uploaded file; return the container for :func:`coverage` once there is a file.

    Raises:
        WordVectorsError: the file is no longer on the server. The button that removes it is drawn all the same.
    """
    vectors = session.settings.vectors
    with st.expander("Start from word vectors", icon=":material/join_inner:", expanded=vectors is not None):
        if vectors is None and session.settings.network.tokenization == "characters":
            st.caption("A network that reads characters has no word vectors, so it cannot start from them.")
            return None
        if vectors is None:
            _upload(session)
            return None
        st.markdown(f"**{literal(vectors.name)}**")
        st.caption(
            f"{vectors.size} numbers per word: this is now the embedding size. Other words start at random."
        )
        _choose_member(session, vectors)
        frozen = st.radio(
            "While it trains",
            list(_TREATMENTS),
            index=list(_TREATMENTS).index(vectors.frozen),
            format_func=lambda choice: _TREATMENTS[choice][0],
            captions=[caption for _, caption in _TREATMENTS.values()],
            key=f"vectors_frozen/{session.version}",
        )
        if frozen is not None and frozen != vectors.frozen:
            session.settings = replace(session.settings, vectors=replace(vectors, frozen=frozen))
        slot = st.container()
        if st.button("Remove the word vectors", key="vectors_remove", icon=":material/close:"):
            _remove(session)
            st.rerun()
        content_store.find(vectors.fingerprint, paths.word_vectors(), expected=WORD_VECTORS)
    return slot


def coverage(session: Session, slot: DeltaGenerator) -> None:
    """Draw into ``slot`` which share of the vocabulary the file covers; count the words first if nobody has yet."""
    vectors = session.settings.vectors
    if vectors is None:
        return
    with slot:
        try:
            news = session.news_task
            if news is None:
                st.caption("Choose a news file to see how many of its words are found.")
                return
            path = content_store.find(vectors.fingerprint, paths.word_vectors(), expected=WORD_VECTORS)
            session.read_news()
            words = coverage_task(news, session.settings)
            counts = tasks.result(words).vocabulary.counts
            match = tasks.result(
                MatchVectors(
                    vectors=StoredFile.of(path), name=vectors.name, coverage=words, member=vectors.member
                )
            )
        except HeadlineLabError as error:
            st.error(literal(str(error)))
            return
        most_words = session.settings.network.vocabulary_size - FIRST_WORD_ID
        if match.refusal:
            st.error(literal(match.refusal))
            return
        known = match.coverage(counts, most_frequent=most_words)
        st.markdown(
            f"Found: {count(known.matched)} of {count(known.words)} different words, which are "
            f"{percent(known.token_share)} of the text."
        )
        _notes(match)


def run_note(run: Run) -> None:
    """Draw which word vectors ``run`` started from, if any."""
    if vectors := run.settings.vectors:
        st.caption(f"Started from {literal(vectors.name)}, {_TREATMENTS[vectors.frozen][0].lower()}.")


def _notes(match: WordMatch) -> None:
    """Draw the warnings about the file and its malformed lines."""
    for warning in match.warnings:
        st.caption(literal(warning))
    if match.rejected_count:
        lines = "; ".join(
            f"line {count(rejected.line)}: {rejected.reason}" for rejected in match.rejected[:3]
        )
        more = "" if match.rejected_count <= 3 else "; …"
        st.caption(
            f"{count(match.rejected_count)} malformed line{'s' * (match.rejected_count != 1)} skipped "
            f"({literal(lines)}{more})."
        )


def _upload(session: Session) -> None:
    fewest, most = vector_sizes()
    turn = int(st.session_state.get(_TURN, 0))
    upload = st.file_uploader(
        "GloVe or word2vec, as text",
        key=f"vectors_upload_{turn}",
        help=help_text(f"{_FORMATS} {fewest} to {most} numbers per word."),
        max_upload_size=content_store.MAX_STORED // 2**20,
        disabled=not session.has_cookie,
    )
    st.caption(
        "Vectors that were learnt from a larger collection of text. Also as .gz, .xz or .zip. The "
        "embedding gets the size of these vectors."
    )
    slot = st.empty()
    if upload is not None:
        _take(session, upload, slot)
        st.session_state[_TURN] = turn + 1  # an uploader with a new key holds no file
        st.rerun()
    if refused := st.session_state.get(_REFUSED):
        st.error(literal(refused))
    last = st.session_state.get(_LAST)
    if isinstance(last, InitialVectors) and st.button(
        f"Use {literal(last.name)} again", key="vectors_again", width="stretch"
    ):
        _choose(session, last)
        st.rerun()


def _take(session: Session, upload: UploadedFile, slot: DeltaGenerator) -> None:
    """Store and choose the upload; keep the reason if it is refused."""

    def check(path: Path, name: str) -> tuple[str, WordMatch]:
        members = _members(path, name)
        member = members[0] if len(members) > 1 else ""
        return member, tasks.result(
            MatchVectors(vectors=StoredFile.of(path), name=name, member=member), slot=slot
        )

    try:
        path, name, (member, match) = store_upload(
            session, upload, paths.word_vectors(), check, expected=WORD_VECTORS
        )
    except HeadlineLabError as error:
        st.session_state[_REFUSED] = str(error)
    else:
        _choose(
            session,
            InitialVectors(name=name, fingerprint=path.parent.name, size=match.size, member=member),
        )


def _members(path: Path, name: str) -> tuple[str, ...]:
    """The files of an archive from which one can be chosen; none if the upload is no archive."""
    contents = Decompressor(path, name, caps=CAPS, expected=WORD_VECTORS).contents
    return contents.members if contents else ()


def _choose_member(session: Session, vectors: InitialVectors) -> None:
    """Draw the choice among the files of an archive, if it holds several."""
    if not vectors.member:
        return
    path = content_store.find(vectors.fingerprint, paths.word_vectors(), expected=WORD_VECTORS)
    members = _members(path, vectors.name)
    member = st.selectbox(
        "File in the archive",
        members,
        index=members.index(vectors.member),
        key=f"vectors_member/{session.version}",
    )
    if member != vectors.member:
        try:
            match = tasks.result(MatchVectors(vectors=StoredFile.of(path), name=vectors.name, member=member))
        except HeadlineLabError as error:
            st.error(literal(str(error)))
        else:
            session.take_settings(
                session.settings.with_vectors(replace(vectors, member=member, size=match.size))
            )
            st.rerun()


def _choose(session: Session, vectors: InitialVectors) -> None:
    st.session_state.pop(_REFUSED, None)
    st.session_state[_LAST] = vectors
    st.session_state[_SIZE_BEFORE] = session.settings.network.embedding_size
    session.take_settings(session.settings.with_vectors(vectors))


def _remove(session: Session) -> None:
    """Start from random rows again, with the earlier embedding size if this tab knows it."""
    settings = session.settings
    st.session_state[_LAST] = settings.vectors
    size = st.session_state.get(_SIZE_BEFORE, settings.network.embedding_size)
    session.take_settings(
        replace(settings, vectors=None, network=replace(settings.network, embedding_size=size))
    )
