"""The demo: invented contacts of four councils travel the whole way on the real engines."""
