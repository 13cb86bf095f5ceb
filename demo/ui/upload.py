"""A place to upload a file whose words are the page's: Streamlit's own are English, and cannot be given others."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

_STYLE = """
<style>
.st-key-{key} section button p {{ visibility: hidden; font-size: 0; }}
.st-key-{key} section button p::after {{ visibility: visible; font-size: 1rem; content: {words}; }}
.st-key-{key} [data-testid="stFileUploaderDropzoneInstructions"] {{ display: none; }}
</style>
"""


def upload(label: str, words: str, key: str, **options: Any) -> UploadedFile | None:
    """What has been uploaded there. `words` are on the button; limits must be said elsewhere on the page."""
    st.html(_STYLE.format(key=key, words=json.dumps(words)))
    found: UploadedFile | None = st.file_uploader(label, key=key, **options)
    return found
