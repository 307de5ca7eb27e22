"""The canvas: Qt graphics around the project value."""
