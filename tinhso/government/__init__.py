"""Digital government (chính quyền số): the systems of the administration itself."""
