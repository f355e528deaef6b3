"""json_schema.py: the part of JSON Schema that schemas/ uses, for the answers of a running server. A keyword that is not known fails."""
import json
import os
import re

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "schemas")
SILENT = {"$schema", "$id", "$defs", "title", "description"}
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


class Schema:
    def __init__(self, name):
        with open(os.path.join(FOLDER, name + ".schema.json"), encoding="utf-8") as file:
            self.root = json.load(file)

    def check(self, value):
        """Raises with what is wrong and where."""
        self._check(self.root, value, "$")

    def _check(self, schema, value, at):
        for keyword, word in schema.items():
            if keyword in SILENT:
                continue
            good = getattr(self, "_" + keyword.strip("$"))(word, value, at, schema)
            assert good is not False, "%s: %s %s: %.200r" % (at, keyword, word, value)

    def _ref(self, word, value, at, _):
        self._check(self.root["$defs"][word[len("#/$defs/"):]], value, at)

    def _type(self, word, value, *_):
        return isinstance(value, TYPES[word]) and (word != "integer" or not isinstance(value, bool))

    def _const(self, word, value, *_):
        return value == word

    def _enum(self, word, value, *_):
        return value in word

    def _minimum(self, word, value, *_):
        return value >= word

    def _maximum(self, word, value, *_):
        return value <= word

    def _minLength(self, word, value, *_):
        return len(value) >= word

    def _maxLength(self, word, value, *_):
        return len(value) <= word

    def _pattern(self, word, value, *_):
        return re.search(word, value) is not None

    def _minItems(self, word, value, *_):
        return len(value) >= word

    def _maxItems(self, word, value, *_):
        return len(value) <= word

    def _items(self, word, value, at, _):
        for index, item in enumerate(value):
            self._check(word, item, "%s[%d]" % (at, index))

    def _required(self, word, value, *_):
        return all(name in value for name in word)

    def _dependentRequired(self, word, value, *_):
        return all(other in value for name, others in word.items() if name in value for other in others)

    def _properties(self, word, value, at, _):
        for name, member in value.items():
            if name in word:
                self._check(word[name], member, at + "." + name)

    def _additionalProperties(self, word, value, _, schema):
        return word is not False or all(name in schema["properties"] for name in value)

    def _oneOf(self, word, value, at, _):
        fits = 0
        for choice in word:
            try:
                self._check(choice, value, at)
                fits += 1
            except AssertionError:
                pass
        return fits == 1
