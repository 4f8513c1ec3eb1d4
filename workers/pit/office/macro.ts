/**
 * The one macro that runs: ours, from the fresh profile. It opens the document with every macro of its own forbidden and
 * no link followed, sees that no column of a sheet is cut off, and writes the PDF and the values of the visible sheets.
 */
export interface MacroPlace {
  /** Of the document, inside the walls. */
  readonly documentPath: string;
  readonly outFolder: string;
  /** Holds a `taskText` as soon as there is a document; until then the macro waits. */
  readonly taskPath: string;
}

export interface Task {
  /** Null lets the suite find out, which it has to for what is encrypted. */
  readonly filter: string | null;
  readonly password: string;
  /** One more than may be: so much is enough to see that there are too many. */
  readonly maxPages: number;
}

/** Of all sheets of a workbook, so many give their values. */
const MAX_SHEETS = 100;
/** Often for the document that is on its way; who stands ready for minutes looks less often. */
const LOOK_MS = 15;
const LOOKS = 200;
const RELAXED_LOOK_MS = 50;

/** Three lines that Basic can read; a password is the numbers of its UTF-16 units, whatever is in it. */
export function taskText({ filter, password, maxPages }: Task): string {
  const units = password.split("").map((unit) => unit.charCodeAt(0));
  return `${filter ?? ""}\n${maxPages}\n${units.join(" ")}\n`;
}

/** Written last, when all other files are whole: `ok`, or why not. */
export const DONE_FILE = "done";
export const PDF_FILE = "document.pdf";
/** Names of sheets, one a line: those that are hidden, and of the others those with hidden rows or columns. */
export const HIDDEN_FILE = "hidden";
export const HIDDEN_CELLS_FILE = "hidden-cells";

/** Kanji of 11 pt in this size are 16 pixels high at 150 dpi; what the sender has made smaller himself stays down to the other. */
const READABLE = 0.7;
const SMALLEST = 0.5;
/** In 1/100 mm. */
const WIDEST_PAGE = 118_000;

export function macroText(place: MacroPlace): string {
  return `
Const OUT = "file://${place.outFolder}/"
Const TASK = "file://${place.taskPath}"
Dim filterName As String
Dim pageRange As String
Dim password As String

Sub Main
  Dim doc As Object, looks As Long
  On Error GoTo Failed
  WarmUp
  Do Until FileExists(TASK)
    looks = looks + 1
    If looks < ${LOOKS} Then
      Wait ${LOOK_MS}
    Else
      Wait ${RELAXED_LOOK_MS}
    End If
  Loop
  ReadTask
  doc = OpenDocument()
  If IsNull(doc) Then
    Say "${DONE_FILE}", "closed"
    Exit Sub
  End If
  If doc.supportsService("com.sun.star.sheet.SpreadsheetDocument") Then FitSheets doc
  doc.storeToURL OUT & "${PDF_FILE}", PdfOptions(doc)
  If doc.supportsService("com.sun.star.sheet.SpreadsheetDocument") Then SaveValues doc
  Say "${DONE_FILE}", "ok"
  Exit Sub
Failed:
  Say "${DONE_FILE}", "failed"
End Sub

' While there is nothing to do, what is needed for nearly every document is loaded and used once.
Sub WarmUp
  On Error Resume Next
  If Not FileExists(TASK) Then WarmUpWith "swriter", "writer"
  If Not FileExists(TASK) Then WarmUpWith "scalc", "calc"
  If Not FileExists(TASK) Then WarmUpWith "simpress", "impress"
End Sub

Sub WarmUpWith(factory As String, kind As String)
  Dim doc As Object
  Dim options(0) As New com.sun.star.beans.PropertyValue
  On Error Resume Next
  options(0).Name = "Hidden" : options(0).Value = True
  doc = StarDesktop.loadComponentFromURL("private:factory/" & factory, "_blank", 0, options())
  If kind = "writer" Then doc.Text.String = "A " & Chr(12354) & Chr(28450)
  If kind = "calc" Then doc.Sheets.getByIndex(0).getCellByPosition(0, 0).String = "A"
  options(0).Name = "FilterName" : options(0).Value = kind & "_pdf_Export"
  doc.storeToURL OUT & "warm", options()
  doc.close(True)
End Sub

Sub ReadTask
  Dim file As Integer, pages As String, units As String, unit
  file = FreeFile
  Open TASK For Input As #file
  Line Input #file, filterName
  Line Input #file, pages
  Line Input #file, units
  Close #file
  pageRange = "1-" & pages
  If units <> "" Then
    For Each unit In Split(units, " ")
      password = password & Chr(unit)
    Next
  End If
End Sub

Function OpenDocument() As Object
  Dim options(5) As New com.sun.star.beans.PropertyValue
  options(0).Name = "Hidden" : options(0).Value = True
  ' com.sun.star.document.MacroExecMode.NEVER_EXECUTE
  options(1).Name = "MacroExecutionMode" : options(1).Value = 0
  ' com.sun.star.document.UpdateDocMode.NO_UPDATE
  options(2).Name = "UpdateDocMode" : options(2).Value = 0
  options(3).Name = "ReadOnly" : options(3).Value = True
  If filterName <> "" Then
    options(4).Name = "FilterName" : options(4).Value = filterName
  End If
  If password <> "" Then
    options(5).Name = "Password" : options(5).Value = password
  End If
  On Error GoTo Closed
  OpenDocument = StarDesktop.loadComponentFromURL("file://${place.documentPath}", "_blank", 0, options())
Closed:
End Function

Function PdfOptions(doc As Object)
  Dim options(1) As New com.sun.star.beans.PropertyValue
  Dim details(8) As New com.sun.star.beans.PropertyValue
  Dim kind As String
  kind = "draw"
  If doc.supportsService("com.sun.star.presentation.PresentationDocument") Then kind = "impress"
  If doc.supportsService("com.sun.star.sheet.SpreadsheetDocument") Then kind = "calc"
  If doc.supportsService("com.sun.star.text.GenericTextDocument") Then kind = "writer"
  options(0).Name = "FilterName" : options(0).Value = kind & "_pdf_Export"
  details(0).Name = "ExportFormFields" : details(0).Value = False
  details(1).Name = "ExportBookmarks" : details(1).Value = False
  details(2).Name = "ExportNotes" : details(2).Value = False
  details(3).Name = "ExportHiddenSlides" : details(3).Value = True
  details(4).Name = "ReduceImageResolution" : details(4).Value = True
  details(5).Name = "MaxImageResolution" : details(5).Value = 300
  details(6).Name = "IsSkipEmptyPages" : details(6).Value = True
  details(7).Name = "ExportPlaceholders" : details(7).Value = False
  details(8).Name = "PageRange" : details(8).Value = pageRange
  options(1).Name = "FilterData" : options(1).Value = details()
  PdfOptions = options()
End Function

Sub FitSheets(doc As Object)
  Dim styles As Object, sheet As Object, hidden As String, partly As String, i As Long
  ' A sheet that cannot be measured is printed as it is.
  On Error Resume Next
  styles = doc.StyleFamilies.getByName("PageStyles")
  For i = 0 To doc.Sheets.Count - 1
    sheet = doc.Sheets.getByIndex(i)
    If sheet.IsVisible Then
      FitSheet sheet, styles.getByName(sheet.PageStyle)
      If Len(partly) < 2000 And HidesCells(sheet) Then partly = partly & sheet.Name & Chr(10)
    ElseIf Len(hidden) < 2000 Then
      hidden = hidden & sheet.Name & Chr(10)
    End If
  Next i
  If hidden <> "" Then Say "${HIDDEN_FILE}", hidden
  If partly <> "" Then Say "${HIDDEN_CELLS_FILE}", partly
End Sub

' Whether a row or a column up to the last one with something in it is hidden, filtered or folded away.
Function HidesCells(sheet As Object) As Boolean
  Dim cursor As Object, used As Object, seen, last
  HidesCells = False
  On Error GoTo Unknown
  cursor = sheet.createCursor()
  cursor.gotoEndOfUsedArea(False)
  last = cursor.RangeAddress
  used = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow)
  seen = used.queryVisibleCells().RangeAddresses
  HidesCells = True
  If UBound(seen) <> 0 Then Exit Function
  HidesCells = seen(0).StartColumn > 0 Or seen(0).StartRow > 0 Or seen(0).EndColumn < last.EndColumn Or seen(0).EndRow < last.EndRow
Unknown:
End Function

' All columns on one page; where that would make the writing hard to read, the page grows instead, and where it cannot, the sheet goes over several. What somebody has
' set to fit already stays, unless it would come out too small to read in a picture.
Sub FitSheet(sheet As Object, style As Object)
  Dim wide As Double, tall As Double, room As Double, roomTall As Double, side As Long
  room = style.Width - style.LeftMargin - style.RightMargin
  roomTall = style.Height - style.TopMargin - style.BottomMargin
  MeasureSheet sheet, wide, tall
  If style.ScaleToPages > 0 Then
    If wide * tall * ${SMALLEST} * ${SMALLEST} <= room * roomTall * style.ScaleToPages Then Exit Sub
  ElseIf style.ScaleToPagesX > 0 Or style.ScaleToPagesY > 0 Then
    If wide * ${SMALLEST} <= room * Larger(style.ScaleToPagesX, 1) And (style.ScaleToPagesY = 0 Or tall * ${SMALLEST} <= roomTall * style.ScaleToPagesY) Then Exit Sub
  ElseIf wide * style.PageScale / 100 <= room And style.PageScale >= 100 * ${SMALLEST} Then
    Exit Sub
  End If
  If wide > room And Not style.IsLandscape And style.Width < style.Height Then
    side = style.Height
    style.IsLandscape = True
    style.Height = style.Width
    style.Width = side
    room = style.Width - style.LeftMargin - style.RightMargin
  End If
  If wide * ${READABLE} > room Then style.Width = Smaller(wide * ${READABLE} + style.Width - room, ${WIDEST_PAGE})
  style.ScaleToPages = 0
  ' Int goes down: of what does not go on the widest page, every started one more.
  style.ScaleToPagesX = Larger(1, -Int(-wide * ${READABLE} / (${WIDEST_PAGE} - style.LeftMargin - style.RightMargin)))
  style.ScaleToPagesY = 0
End Sub

Sub MeasureSheet(sheet As Object, wide As Double, tall As Double)
  Dim cursor As Object, shape As Object, used As Object, areas, area, i As Long
  areas = sheet.getPrintAreas()
  If UBound(areas) >= 0 Then
    For i = 0 To UBound(areas)
      area = areas(i)
      used = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
      wide = Larger(wide, used.Size.Width)
      tall = Larger(tall, used.Size.Height)
    Next i
    Exit Sub
  End If
  cursor = sheet.createCursor()
  cursor.gotoEndOfUsedArea(False)
  wide = cursor.Position.X + cursor.Size.Width
  tall = cursor.Position.Y + cursor.Size.Height
  For i = 0 To Smaller(sheet.DrawPage.Count, 1000) - 1
    shape = sheet.DrawPage.getByIndex(i)
    wide = Larger(wide, shape.Position.X + shape.Size.Width)
    tall = Larger(tall, shape.Position.Y + shape.Size.Height)
  Next i
  wide = Larger(wide, WidthOfWords(sheet, cursor))
End Sub

' Words run on over empty cells to their right, and are printed there.
Function WidthOfWords(sheet As Object, last As Object) As Double
  Dim rows, row, cell As Object, r As Long, c As Long, wide As Double
  r = Smaller(last.RangeAddress.EndRow, 2000)
  c = Smaller(last.RangeAddress.EndColumn, 200)
  rows = sheet.getCellRangeByPosition(0, 0, c, r).getDataArray()
  wide = last.Position.X + last.Size.Width
  For r = 0 To UBound(rows)
    row = rows(r)
    For c = UBound(row) To 0 Step -1
      If VarType(row(c)) <> 8 Then Exit For
      If row(c) <> "" Then Exit For
    Next c
    If c >= 0 Then
      If VarType(row(c)) = 8 Then
        If Len(row(c)) > 8 Then
          cell = sheet.getCellByPosition(c, r)
          If Not cell.IsTextWrapped And Not cell.ShrinkToFit Then wide = Larger(wide, cell.Position.X + WordsWide(row(c), cell))
        End If
      End If
    End If
  Next r
  WidthOfWords = wide
End Function

' A wide letter is as wide as it is high, others are about half of that; 1 pt is 35.28 hundredths of a millimetre.
Function WordsWide(words As String, cell As Object) As Double
  Dim i As Long, few As Long, wide As Double
  few = Smaller(Len(words), 50)
  For i = 1 To few
    If Asc(Mid(words, i, 1)) > 255 Then
      wide = wide + 1
    Else
      wide = wide + 0.55
    End If
  Next i
  WordsWide = wide * Len(words) / few * 35.28 * Larger(cell.CharHeight, cell.CharHeightAsian)
End Function

Sub SaveValues(doc As Object)
  Dim options(1) As New com.sun.star.beans.PropertyValue
  Dim sheet As Object, folders As Object, i As Long, saved As Long
  ' Values are a present: where they fail, the pages are there.
  On Error Resume Next
  folders = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  options(0).Name = "FilterName" : options(0).Value = "Text - txt - csv (StarCalc)"
  options(1).Name = "FilterOptions"
  For i = 0 To doc.Sheets.Count - 1
    sheet = doc.Sheets.getByIndex(i)
    If sheet.IsVisible And saved < ${MAX_SHEETS} Then
      saved = saved + 1
      Say "name-" & saved, sheet.Name
      ' Comma, double quotes, UTF-8, as shown on the sheet, no formulas, this sheet alone.
      options(1).Value = "44,34,76,1,,1041,false,true,false,false,false," & (i + 1)
      ' The suite adds the name of the sheet to that of the file: so each has a folder of its own, and a short name where
      ' the workbook is not protected from that.
      sheet.Name = "v" & saved
      folders.createFolder OUT & "values-" & saved
      doc.storeToURL OUT & "values-" & saved & "/sheet.csv", options()
    End If
  Next i
End Sub

Function Larger(a As Double, b As Double) As Double
  Larger = a
  If b > a Then Larger = b
End Function

Function Smaller(a As Double, b As Double) As Double
  Smaller = a
  If b < a Then Smaller = b
End Function

Sub Say(name As String, what As String)
  Dim text As Object
  text = createUnoService("com.sun.star.io.TextOutputStream")
  text.setOutputStream(createUnoService("com.sun.star.ucb.SimpleFileAccess").openFileWrite(OUT & name))
  text.setEncoding("UTF-8")
  text.writeString(what)
  text.closeOutput()
End Sub
`;
}
