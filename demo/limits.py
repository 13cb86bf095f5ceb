"""Every limit to what a visitor may send or keep, in one place: SECURITY.md lists them, and its test compares.

A lecture's link reaches everybody at once. Each bound is far beyond what a hand, a hall or a phone comes to, and
low enough that whoever goes up to it keeps nobody else waiting.
"""

from __future__ import annotations

# Messages
MEGABYTE = 2**20
WIDGETS_MEGABYTES = 1  # a page's message with all widgets' values, in millions of bytes: a usual pad is 0.002
MESSAGE_BYTES = 2 * WIDGETS_MEGABYTES * MEGABYTE  # a websocket's frame; beyond it the connection is cut unread
FRAGMENTS = 1000  # parts of a frame, however small: browsers send a few
LINE_CHARACTERS = 2**18  # a message on a page's own line: two pads with MAX_POINTS each
LINE_PERCENT = 25  # of a processor, for one page's own lines in the long run: a pen that never rests takes 9
LINE_BURST = 1  # seconds of a processor at once; whoever takes more is answered, and heard again later
LINE_LOOK = 30  # seconds without a message after which a line is closed if its session has gone
JSON_DEPTH = 250  # lists in lists; ours have 8 levels, brackets in names count, and Python's stack ends near 1000
JSON_LISTS = 60_000  # lists and objects in a message or an uploaded file: read in 30 ms; a point is one
FRAMES_SECOND = 2**20  # bytes a second of one session's messages in the long run: a stroke a second is 9000
FRAMES_BURST = 2 * WIDGETS_MEGABYTES * MEGABYTE  # bytes that a session may send at once; what is more is slowed down
FRAME_LEAST = 2**14  # bytes that the smallest message counts: 64 a second; a slider that is dragged sends 25
REPORT = 2**53  # the largest number of a report: what JavaScript counts exactly

# Drawings
MAX_STROKES = 500  # of a drawing
MAX_POINTS = 10_000  # of a drawing: a minute and a half without lifting the pen; 0.4 s to draw at worst
MAX_CANVAS = 10_000  # a drawing's width and height
MAX_COORDINATE = 1_000_000  # either way: single precision still has sixteenths there

# Tasks, as files and as links
MIN_CLASSES, MAX_CLASSES = 2, 20
MAX_DRAWINGS = 20  # of one class
MAX_QUERIES = 100
MAX_LABEL = 100  # characters of a class's name
MAX_IN_ALL = 50_000  # points of all drawings of a task in a link or in an uploaded file
TASK_MEGABYTES = 1  # an uploaded task file: MAX_IN_ALL points with two decimals
LINK_CHARACTERS = 20_000  # the task in a link that is opened
LINK_BYTES = 2**18  # what those may unpack to: deflate could make 1000 times as much of them
SHARED_CHARACTERS = 2000  # a link that is offered: what browsers, chats and QR codes all take

# A sheet of the draw page
FEWEST, MOST = 2, 5  # classes
MOST_SHOTS = 5  # drawings of one class
MOST_QUERIES = 4
PADS = MOST * MOST_SHOTS + MOST_QUERIES
LONGEST_NAME = 40  # characters of a class's name
HISTORY = 100  # sheets that can be undone
KEPT_CHARACTERS = 2**19  # a sheet that a tab has kept and gives back: some 200,000 points
KEPT_MARK = 40  # characters of the mark of the session that it comes from
REPORTED_PADS = 64  # in one report of the pen
WALK_PLACES = 200  # of a walk drawn on the navigation page
SEARCH_CHARACTERS = 100  # typed to find a model

# Uploads
PHOTO_MEGABYTES = 12  # what a phone's camera makes
PHOTO_MEGAPIXELS = 50  # of a JPEG, which is decoded at a fraction of its size
PLAIN_MEGAPIXELS = 16  # of a PNG or WebP, which is decoded in full: a second of work
PHOTO_LEAST_SIDE = 16  # pixels: less shows no drawing
PHOTO_LINES = 40_000  # pixels of lines one pixel wide that are found on it: 50 times across
PHOTO_ENDS = 400  # ends that those have; tidying them up takes time by the square of their number
UPLOAD_MEGABYTES = max(PHOTO_MEGABYTES, TASK_MEGABYTES)
UPLOAD_SECONDS = 120  # until it has come: UPLOAD_MEGABYTES at 0.8 Mbit/s
UPLOADS_OF_ONE = 4  # files that a session keeps: there are two places for one, and the old goes after the new came
UPLOADS_AT_ONCE = 8  # on their way, of all sessions together
UPLOADS_MEGABYTES = 256  # files that all sessions keep together

# Visitors
SESSIONS = 400  # pages open at once in one process: twice the hall; whoever comes later is asked to wait
LINES = 2 * SESSIONS  # pages' own lines in all: a page that reconnects has two for a moment
LINES_OF_ONE = 4  # lines with one pass
REQUESTS_WAITING = 256  # to be adapted to, in all; whoever comes later is told that the server is busy
ANSWER_SECONDS = 60  # for one batch; a process that adapts for longer hangs, and another takes its place
EXPERIMENTS_WAITING = 16  # beside the one that runs, a few seconds each; whoever comes later may press again
LINE_THREADS = 32  # answer lines' messages; further messages wait, one for each line
CONNECTIONS = SESSIONS + LINES + 800  # of all kinds; a browser opens up to 6 more while it loads a page
