#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts test cases in Meson's JUnit report and prints `N passed, N failed` as the last line.

    summary.py REPORT.xml MESON-STATUS

Exit status 0 only when Meson said 0, nothing failed, and something ran.
"""
import sys
import xml.etree.ElementTree as ElementTree


def count(path):
    passed = failed = 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        bad = case.find("failure") is not None or case.find("error") is not None
        failed += bad
        passed += not bad
        if bad:
            print(f"failed: {case.get('classname')} {case.get('name')}")
    return passed, failed


def main():
    status = int(sys.argv[2])
    try:
        passed, failed = count(sys.argv[1])
    except (OSError, ElementTree.ParseError) as error:
        print(f"summary: no test report: {error}", file=sys.stderr)
        passed, failed = 0, 1
    failed = max(failed, status)  # programs that broke off have no case that failed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or status or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
