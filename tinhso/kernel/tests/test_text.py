from tinhso.kernel import text


def test_search_forgets_tone_marks_case_and_the_stroke_of_d() -> None:
    assert text.fold("  Tỷ lệ  ĐÚNG hạn ") == "ty le dung han"


def test_words_sort_as_in_a_vietnamese_dictionary() -> None:
    words = ["Đa", "Dừa", "Ấp", "An", "Bến Tre", "Ba Tri"]

    assert sorted(words, key=text.sort_key) == ["An", "Ấp", "Ba Tri", "Bến Tre", "Dừa", "Đa"]


def test_both_spellings_of_one_letter_are_one_word() -> None:
    assert text.nfc("Bê\u0301n Tre") == "Bến Tre"


def test_what_no_document_of_xml_holds_is_left_out() -> None:
    assert text.for_xml("a\0b\x01c\ud800d\n\tđ") == "abcd\n\tđ"
