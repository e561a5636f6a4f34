"""Parses Swift files and tells where one is not Swift. Usage: parse-swift.py <folder of tree_sitter> <file>..."""

import re
import sys

sys.path.insert(0, sys.argv[1])

import tree_sitter_swift  # noqa: E402
from tree_sitter import Language, Parser  # noqa: E402

# A function of a C library has no body in Swift; the grammar wants one.
BODILESS = re.compile(rb"(@_silgen_name\([^)]*\)\s*private func [^{]*?-> Int32)\n\n")


def wrong(node):
    if node.type == "ERROR" or node.is_missing:
        yield node
    else:
        for child in node.children:
            yield from wrong(child)


def main():
    parser = Parser(Language(tree_sitter_swift.language()))
    found = 0
    for path in sys.argv[2:]:
        with open(path, "rb") as file:
            source = BODILESS.sub(rb"\1 { 0 }\n\n", file.read())
        for node in wrong(parser.parse(source).root_node):
            line, column = node.start_point
            print(f"{path}:{line + 1}:{column + 1}: not Swift: {node.text[:60].decode(errors='replace')}")
            found += 1
    print(f"{len(sys.argv) - 2} files, {found} mistakes")
    return 1 if found else 0


sys.exit(main())
