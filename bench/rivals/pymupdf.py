"""PyMuPDF: every page to pixels, the pixels into a new PDF. Usage: pymupdf.py INPUT OUTPUT DPI [FIRST LAST]"""

import sys

import fitz

source = fitz.open(sys.argv[1])
target = fitz.open()
first, last = (int(page) for page in sys.argv[4:6] or (1, len(source)))
for page in source.pages(first - 1, last):
    pixels = page.get_pixmap(dpi=int(sys.argv[3]))
    new = target.new_page(width=page.rect.width, height=page.rect.height)
    new.insert_image(new.rect, pixmap=pixels)
target.save(sys.argv[2], deflate=True)
