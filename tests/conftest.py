"""What holds for every test: an operation is refused only with codes that it declares, so the reference is true."""

from tests.support.declared import held_to_their_declarations

held_to_their_declarations()
