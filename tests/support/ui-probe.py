#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a running GTK program from outside, as a person would: finds its widgets in the
accessible tree, presses, types and drags with real X events, waits for what must appear.

    ui-probe.py [--app NAME] [--timeout S] STEP [ARGUMENT...]
    ui-probe.py [--app NAME] [--timeout S] run FILE      a step a line, '-': standard input

A WHERE is `role:name`, `role:` or `name`; `role:@text` matches the accessible description;
a name /between slashes/ is a regular expression; `A > B` looks for B inside A; `#2` at the
end takes the second match. Steps wait for their widget until the time-out.

  tree [WHERE]              print what is there
  wait WHERE | gone WHERE   until it is there | until it is not
  press WHERE               its accessible action, or a click on its middle
  click WHERE [X Y [BUTTON [COUNT]]]     mouse, pixels from the widget's corner
  hover WHERE X Y
  drag WHERE X0 Y0 X1 Y1 [BUTTON [MODIFIER...]]
  hold WHERE X0 Y0 X1 Y1 [BUTTON]        the same without letting go;  release [BUTTON]
  wheel WHERE X Y CLICKS [MODIFIER...]   up when negative
  key KEY... | type TEXT    X key names such as ctrl+z, Escape
  dismiss TITLE             Escape until no window of that title is on the screen
  tab-to WHERE [KEY]        presses Tab, or KEY, until it has the focus;  focus: prints what has
  set WHERE VALUE           number of a slider or spin button, text of an entry
  choose WHERE ITEM         ITEM of a drop-down
  action NAME               an action of the window such as win.undo
  text WHERE | describe WHERE | value WHERE      print
  expect WHERE TEXT         its name, text or description is (or matches) TEXT
  value-is WHERE NUMBER [TOLERANCE]
  shot FILE [WHERE]         the screen or one widget as PNG
  sleep S | echo TEXT...

Exit status 0: all went well; 1: a step failed, said on standard error; 2: usage.
"""
import os
import re
import shlex
import subprocess
import sys
import time
import warnings

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

ROLES = {"button": ("push button", "toggle button"), "entry": ("text", "entry"),
         "check": ("check box", "radio button", "toggle button"), "dropdown": ("combo box",),
         "window": ("frame", "window", "dialog"), "item": ("menu item", "check menu item",
         "radio menu item", "list item", "table row", "tree item"), "tab": ("page tab",)}


# Pauses are this many times as long for a program that is slow (under the sanitizers).
PACE = float(os.environ.get("PACE", "1"))


class Failed(Exception):
    """A step did not find or get what it should."""


def ask(call, *arguments, default=None):
    """An accessible call; widgets come and go, so an error is an answer too."""
    try:
        answer = call(*arguments)
    except GLib.Error:
        return default
    return default if answer is None else answer


def children(node):
    for i in range(ask(node.get_child_count, default=0)):
        child = ask(node.get_child_at_index, i)
        if child is not None:
            yield child


def walk(node):
    yield node
    for child in children(node):
        yield from walk(child)


def role_of(node):
    return ask(node.get_role_name, default="")


def has(node, interface):
    return interface in ask(Atspi.Accessible.get_interfaces, node, default=[])


def names_of(node):
    name = ask(node.get_name, default="")
    found = {name, name.replace("_", "")}
    twice = re.match(r"(.*_.*) (.*)$", name)  # GTK 4.8 says '_Open Open' for a mnemonic
    if twice and twice.group(1).replace("_", "") == twice.group(2):
        found.add(twice.group(2))
    return found


def description_of(node):
    return ask(node.get_description, default="")


def text_of(node):
    if not has(node, "Text"):
        return None
    return ask(Atspi.Text.get_text, node, 0, ask(Atspi.Text.get_character_count, node, default=0))


def value_of(node):
    return ask(Atspi.Value.get_current_value, node) if has(node, "Value") else None


def actions_of(node):
    if not has(node, "Action"):
        return []
    count = ask(Atspi.Action.get_n_actions, node, default=0)
    return [ask(Atspi.Action.get_action_name, node, i, default="") for i in range(count)]


def states_of(node):
    states = ask(node.get_state_set)
    return {s.value_nick for s in states.get_states()} if states else set()


def extents_of(node):
    """x, y, width, height inside the window, or None."""
    if not has(node, "Component"):
        return None
    e = ask(node.get_extents, Atspi.CoordType.WINDOW)
    return (e.x, e.y, e.width, e.height) if e else None


def is_seen(node):
    extents = extents_of(node)
    return "visible" in states_of(node) and (extents is None or min(extents[2:]) > 0)


def fits(wanted, candidates):
    if len(wanted) > 2 and wanted[0] == wanted[-1] == "/":
        return any(re.search(wanted[1:-1], c) for c in candidates)
    return wanted in candidates


def line_of(node):
    parts = [f"[{role_of(node)}] {ask(node.get_name, default='')!r}"]
    if description_of(node):
        parts.append(f"@{description_of(node)!r}")
    if value_of(node) is not None:
        parts.append(f"value={value_of(node):g}")
    if text_of(node):
        parts.append(f"text={text_of(node)!r}")
    if extents_of(node):
        x, y, w, h = extents_of(node)
        parts.append(f"{w}x{h}+{x}+{y}")
    states = states_of(node) & {"focused", "checked", "pressed", "selected", "expanded"}
    if "sensitive" not in states_of(node):
        states.add("INSENSITIVE")
    return " ".join(parts + sorted(states))


def xdo(*arguments):
    run = subprocess.run(["xdotool", *map(str, arguments)], capture_output=True, text=True)
    if run.returncode:
        raise Failed(f"xdotool {' '.join(map(str, arguments))}: {run.stderr.strip()}")
    return run.stdout


def click_here(button=1, count=1):
    """Held as long as a finger does. GTK 4.8 asks where the mouse is after a layout, and takes
    a press back when the button is up by then."""
    held = ["mousedown", button, "sleep", 0.08, "mouseup", button]
    xdo(*held, *(count - 1) * ["sleep", 0.06, *held])


def on_screen(title):
    search = ["xdotool", "search", "--onlyvisible", "--name", f"^{re.escape(title)}$"]
    return bool(subprocess.run(search, capture_output=True, text=True).stdout.strip())


class Probe:
    def __init__(self, app, timeout_s):
        GLib.log_set_handler("dbind", GLib.LogLevelFlags.LEVEL_WARNING, lambda *_: None, None)
        Atspi.init()
        self.app, self.timeout_s = app, timeout_s
        self.holds = False

    # Finding

    def roots(self):
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        for root in children(desktop):
            if self.app in (None, ask(root.get_name, default="")):
                root.clear_cache()
                yield root

    def matches(self, where):
        found = list(self.roots())
        for depth, step in enumerate(re.split(r"\s+>\s+", where)):
            nth = re.search(r"\s*#(\d+)$", step)
            role, colon, name = step[:nth.start() if nth else None].partition(":")
            if not colon or role.startswith("/"):
                role, name = "", role + colon + name
            roles = ROLES.get(role, (role,))
            found = [n for base in found for n in walk(base)
                     if (depth == 0 or n is not base) and (not role or role_of(n) in roles)
                     and (not name or (fits(name[1:], {description_of(n)}) if name[0] == "@"
                                       else fits(name, names_of(n)))) and is_seen(n)]
            if nth:
                found = found[int(nth.group(1)) - 1:][:1]
        return found

    def until(self, what, test):
        """Repeats a test until it gives something true; its last answer is the reason."""
        end = time.monotonic() + self.timeout_s
        while True:
            try:
                answer = test()
            except GLib.Error as error:
                answer = (False, error.message)
            if answer[0]:
                return answer[0]
            if time.monotonic() > end:
                raise Failed(f"{what}: {answer[1]}")
            time.sleep(0.05)

    def one(self, where):
        return self.until(where, lambda: ((self.matches(where) or [None])[0], "is not there"))

    # Pointing

    def origin(self, node):
        """Screen position that the extents of a node count from."""
        top = node
        while (parent := ask(top.get_parent)) is not None and role_of(parent) != "application":
            top = parent
        title, inner = ask(top.get_name, default=""), extents_of(top) or (0, 0, 0, 0)
        best = None
        for window in xdo("search", "--onlyvisible", "--pid", node.get_process_id(), "").split():
            shell = dict(line.split("=") for line in
                         xdo("getwindowgeometry", "--shell", window).split())
            properties = subprocess.run(["xprop", "-id", window, "_GTK_FRAME_EXTENTS",
                                         "_NET_WM_NAME"], capture_output=True, text=True).stdout
            frame = re.search(r"EXTENTS.*= (\d+), (\d+), (\d+), (\d+)", properties)
            left, right, above, below = map(int, frame.groups()) if frame else (0, 0, 0, 0)
            spare = (int(shell["WIDTH"]) - left - right - inner[2],
                     int(shell["HEIGHT"]) - above - below - inner[3])
            if min(spare) < 0:
                continue
            place = (f'"{title}"' not in properties, sum(spare),
                     int(shell["X"]) + left + spare[0] // 2, int(shell["Y"]) + above + spare[1] // 2)
            best = min(best, place) if best else place
        if not best:
            raise Failed("no window on the screen holds " + line_of(node))
        return best[2:]

    def point(self, node, x=None, y=None):
        inner = extents_of(node)
        if inner is None:
            raise Failed("has no place on the screen: " + line_of(node))
        ox, oy = self.origin(node)
        return (round(ox + inner[0] + (inner[2] / 2 if x is None else float(x))),
                round(oy + inner[1] + (inner[3] / 2 if y is None else float(y))))

    def move(self, x, y):
        xdo("mousemove", x, y)
        time.sleep(PACE * 0.04)

    # Steps

    def do_tree(self, where=None):
        def show(node, depth):
            print("  " * depth + line_of(node))
            for child in children(node):
                show(child, depth + 1)
        for root in [self.one(where)] if where else self.roots():
            show(root, 0)

    def do_wait(self, where):
        print(line_of(self.one(where)))

    def do_gone(self, where):
        self.until(where, lambda: (not self.matches(where), "is still there"))

    def do_press(self, where):
        node = self.one(where)
        self.until(where, lambda: ("sensitive" in states_of(node), "is insensitive"))
        for wanted in ("click", "toggle", "activate", "press"):
            if wanted in actions_of(node):
                Atspi.Action.do_action(node, actions_of(node).index(wanted))
                time.sleep(PACE * 0.06)
                return
        self.do_click(where)

    def do_click(self, where, x=None, y=None, button=1, count=1):
        self.move(*self.point(self.one(where), x, y))
        click_here(button, int(count))
        time.sleep(PACE * 0.06)

    def do_hover(self, where, x, y):
        self.move(*self.point(self.one(where), x, y))

    def do_hold(self, where, x0, y0, x1, y1, button=1):
        node = self.one(where)
        begin, end = self.point(node, x0, y0), self.point(node, x1, y1)
        self.move(*begin)
        xdo("mousedown", button)
        self.holds = True
        for i in range(1, 11):
            self.move(*(round(a + (b - a) * i / 10) for a, b in zip(begin, end)))

    def do_release(self, button=1):
        xdo("mouseup", button)
        self.holds = False
        time.sleep(PACE * 0.06)

    def do_drag(self, where, x0, y0, x1, y1, button=1, *modifiers):
        for key in modifiers:
            xdo("keydown", key)
        self.do_hold(where, x0, y0, x1, y1, button)
        self.do_release(button)
        for key in modifiers:
            xdo("keyup", key)

    def do_wheel(self, where, x, y, clicks, *modifiers):
        self.move(*self.point(self.one(where), x, y))
        for key in modifiers:
            xdo("keydown", key)
        xdo("click", "--repeat", abs(int(clicks)), "--delay", 30, 4 if int(clicks) < 0 else 5)
        for key in modifiers:
            xdo("keyup", key)

    def do_key(self, *keys):
        for key in keys:
            # Clearing modifiers would let go of the mouse, too.
            xdo("key", *([] if self.holds else ["--clearmodifiers"]), key)
            time.sleep(PACE * 0.04)

    def do_dismiss(self, title):
        # Looks from outside: GTK 4.8 does not survive questions about a closing window.
        def is_gone():
            if not on_screen(title):
                return (True,)
            xdo("key", "--clearmodifiers", "Escape")
            time.sleep(PACE * 0.5)
            return (False, "is still there")
        self.until(title, is_gone)

    def focused(self, base):
        """What has the focus in the active window, or below a node."""
        return next((n for n in walk(base) if "focused" in states_of(n)), None)

    def do_focus(self):
        for root in self.roots():
            for window in children(root):
                if "active" in states_of(window):
                    node = self.focused(window)
                    print(line_of(node) if node else "nothing")

    def do_tab_to(self, where, key="Tab"):
        node = self.one(where)
        for _ in range(80):
            if self.focused(node):
                return
            xdo("key", "--clearmodifiers", key)
            time.sleep(PACE * 0.05)
        raise Failed(f"{key} does not lead to {where}")

    def do_type(self, text):
        xdo("type", "--delay", 20, "--", text)

    def do_set(self, where, value):
        node = self.one(where)
        if has(node, "Value") and re.fullmatch(r"[-+]?[0-9.]+", value):
            Atspi.Value.set_current_value(node, float(value))
        elif has(node, "EditableText"):
            Atspi.EditableText.set_text_contents(node, value)
        else:
            raise Failed("cannot be set: " + line_of(node))
        time.sleep(PACE * 0.06)

    def do_choose(self, where, item):
        node = self.one(where)
        button = next((n for n in walk(node) if "click" in actions_of(n)), None)
        if button is None:
            raise Failed("opens nothing: " + line_of(node))
        Atspi.Action.do_action(button, actions_of(button).index("click"))

        def pick():
            node.clear_cache()
            for n in walk(node):
                if role_of(n) in ("list item", "label") and item in names_of(n) and is_seen(n):
                    if any(role_of(p) in ("list", "list box") for p in self.ancestors(n, node)):
                        return n, ""
            return None, f"has no item {item}"
        self.move(*self.point(self.until(where, pick)))
        click_here()
        time.sleep(0.1)

    def ancestors(self, node, limit):
        while node is not None and node is not limit:
            yield node
            node = ask(node.get_parent)

    def do_action(self, name):
        def run():
            for root in self.roots():
                for window in children(root):
                    if name in actions_of(window):
                        Atspi.Action.do_action(window, actions_of(window).index(name))
                        return True, ""
            return False, "no window has this action"
        self.until(name, run)
        time.sleep(PACE * 0.06)

    def do_text(self, where):
        node = self.one(where)
        print(text_of(node) if text_of(node) is not None else ask(node.get_name))

    def do_describe(self, where):
        print(description_of(self.one(where)))

    def do_value(self, where):
        print(f"{value_of(self.one(where)):g}")

    def do_expect(self, where, text):
        def test():
            found = self.matches(where)
            if not found:
                return False, "is not there"
            said = {description_of(found[0]), text_of(found[0]) or ""} | names_of(found[0])
            return fits(text, said), f"says {sorted(said)}, not {text!r}"
        self.until(where, test)

    def do_value_is(self, where, number, tolerance=1e-9):
        def test():
            value = value_of(self.one(where))
            return (value is not None and abs(value - float(number)) <= float(tolerance),
                    f"is {value}, not {number}")
        self.until(where, test)

    def do_shot(self, path, where=None):
        crop = []
        if where:
            node = self.one(where)
            (x, y), (w, h) = self.point(node, 0, 0), extents_of(node)[2:]
            crop = ["-crop", f"{w}x{h}+{x}+{y}", "+repage"]
        subprocess.run(["import", "-silent", "-window", "root", *crop, path], check=True)

    def do_sleep(self, seconds):
        time.sleep(PACE * float(seconds))

    def do_echo(self, *words):
        print(*words, flush=True)

    def step(self, words):
        method = getattr(self, "do_" + words[0].replace("-", "_"), None)
        if method is None:
            raise Failed(f"no such step: {words[0]}")
        try:
            method(*words[1:])
        except TypeError as error:
            raise Failed(f"{words[0]}: {error}") from error
        except GLib.Error as error:
            raise Failed(f"{words[0]}: {error.message}") from error


def main():
    app, timeout_s, words = None, 5.0, sys.argv[1:]
    while len(words) > 1 and words[0] in ("--app", "--timeout"):
        app = words[1] if words[0] == "--app" else app
        timeout_s = float(words[1]) if words[0] == "--timeout" else timeout_s
        words = words[2:]
    if not words or words[0].startswith("--") or words == ["run"]:
        print(__doc__)
        return 0 if words[:1] == ["--help"] else 2
    warnings.simplefilter("ignore")
    probe = Probe(app, timeout_s)
    if words[0] == "run":
        with (sys.stdin if words[1] == "-" else open(words[1], encoding="utf-8")) as file:
            steps = [(f"{words[1]}:{n}: ", shlex.split(line, comments=True))
                     for n, line in enumerate(file, 1)]
    else:
        steps = [("", words)]
    for place, step in steps:
        try:
            if step:
                probe.step(step)
        except Failed as failure:
            print(f"ui-probe: {place}{failure}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
