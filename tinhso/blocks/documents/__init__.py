"""Official documents: laid out as Nghị định 30/2020/NĐ-CP asks, numbered without gaps, kept byte for byte."""
