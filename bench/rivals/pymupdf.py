"""PyMuPDF: every page to pixels, the pixels into a new PDF. Usage: pymupdf.py INPUT OUTPUT DPI"""

import sys

import fitz

source = fitz.open(sys.argv[1])
target = fitz.open()
for page in source:
    pixels = page.get_pixmap(dpi=int(sys.argv[3]))
    new = target.new_page(width=page.rect.width, height=page.rect.height)
    new.insert_image(new.rect, pixmap=pixels)
target.save(sys.argv[2], deflate=True)
