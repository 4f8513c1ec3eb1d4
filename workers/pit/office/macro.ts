/**
 * The one macro that runs: ours, from the fresh profile. It opens the document with every macro of its own forbidden and
 * no link followed, sees that no column of a sheet is cut off, and writes the PDF and the values of the visible sheets.
 */
export interface Task {
  /** Of the document, inside the walls. */
  readonly documentPath: string;
  readonly outFolder: string;
  /** Null lets the suite find out, which it has to for what is encrypted. */
  readonly filter: string | null;
  readonly password: string;
  /** One more than may be: so much is enough to see that there are too many. */
  readonly maxPages: number;
  readonly maxSheets: number;
}

/** Written last, when all other files are whole: `ok`, or why not. */
export const DONE_FILE = "done";
export const PDF_FILE = "document.pdf";
export const HIDDEN_FILE = "hidden";

export function macroText(task: Task): string {
  return `
Const OUT = ${quoted(`file://${task.outFolder}/`)}

Sub Main
  Dim doc As Object
  On Error GoTo Failed
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

Function OpenDocument() As Object
  Dim options(5) As New com.sun.star.beans.PropertyValue
  options(0).Name = "Hidden" : options(0).Value = True
  ' com.sun.star.document.MacroExecMode.NEVER_EXECUTE
  options(1).Name = "MacroExecutionMode" : options(1).Value = 0
  ' com.sun.star.document.UpdateDocMode.NO_UPDATE
  options(2).Name = "UpdateDocMode" : options(2).Value = 0
  options(3).Name = "ReadOnly" : options(3).Value = True
  options(4).Name = "${task.filter === null ? "Silent" : "FilterName"}" : options(4).Value = ${task.filter === null ? "True" : quoted(task.filter)}
  options(5).Name = "${task.password === "" ? "Preview" : "Password"}" : options(5).Value = ${task.password === "" ? "False" : quoted(task.password)}
  On Error GoTo Closed
  OpenDocument = StarDesktop.loadComponentFromURL(${quoted(`file://${task.documentPath}`)}, "_blank", 0, options())
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
  details(8).Name = "PageRange" : details(8).Value = "1-${task.maxPages}"
  options(1).Name = "FilterData" : options(1).Value = details()
  PdfOptions = options()
End Function

Sub FitSheets(doc As Object)
  Dim styles As Object, sheet As Object, hidden As String, i As Long
  styles = doc.StyleFamilies.getByName("PageStyles")
  For i = 0 To doc.Sheets.Count - 1
    sheet = doc.Sheets.getByIndex(i)
    If sheet.IsVisible Then
      FitSheet sheet, styles.getByName(sheet.PageStyle)
    ElseIf Len(hidden) < 2000 Then
      hidden = hidden & sheet.Name & Chr(10)
    End If
  Next i
  If hidden <> "" Then Say "${HIDDEN_FILE}", hidden
End Sub

' All columns on one page; where that would make the writing smaller than half, the page grows instead.
Sub FitSheet(sheet As Object, style As Object)
  Dim wide As Long, room As Long, margins As Long, height As Long
  If style.ScaleToPages > 0 Or style.ScaleToPagesX > 0 Or style.ScaleToPagesY > 0 Then Exit Sub
  wide = WidthOf(sheet)
  margins = style.LeftMargin + style.RightMargin
  room = (style.Width - margins) * 100 / style.PageScale
  If wide <= room Then Exit Sub
  If Not style.IsLandscape And style.Width < style.Height Then
    height = style.Height
    style.IsLandscape = True
    style.Height = style.Width
    style.Width = height
  End If
  If wide > 2 * (style.Width - margins) Then style.Width = Smaller(wide / 2 + margins, 118000)
  style.ScaleToPagesX = 1
  style.ScaleToPagesY = 0
End Sub

Function WidthOf(sheet As Object) As Long
  Dim cursor As Object, shape As Object, areas, area, i As Long, wide As Long
  areas = sheet.getPrintAreas()
  If UBound(areas) >= 0 Then
    For i = 0 To UBound(areas)
      area = areas(i)
      wide = Larger(wide, sheet.getCellRangeByPosition(area.StartColumn, 0, area.EndColumn, 0).Size.Width)
    Next i
    WidthOf = wide
    Exit Function
  End If
  cursor = sheet.createCursor()
  cursor.gotoEndOfUsedArea(False)
  wide = cursor.Position.X + cursor.Size.Width
  For i = 0 To Smaller(sheet.DrawPage.Count, 1000) - 1
    shape = sheet.DrawPage.getByIndex(i)
    wide = Larger(wide, shape.Position.X + shape.Size.Width)
  Next i
  WidthOf = wide
End Function

Sub SaveValues(doc As Object)
  Dim options(1) As New com.sun.star.beans.PropertyValue
  Dim sheet As Object, folders As Object, i As Long, saved As Long
  folders = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  options(0).Name = "FilterName" : options(0).Value = "Text - txt - csv (StarCalc)"
  options(1).Name = "FilterOptions"
  For i = 0 To doc.Sheets.Count - 1
    sheet = doc.Sheets.getByIndex(i)
    If sheet.IsVisible And saved < ${task.maxSheets} Then
      saved = saved + 1
      Say "name-" & saved, sheet.Name
      ' Comma, double quotes, UTF-8, as shown on the sheet, no formulas, this sheet alone.
      options(1).Value = "44,34,76,1,,1041,false,true,false,false,false," & (i + 1)
      ' The suite adds the name of the sheet to that of the file, so each has a folder of its own.
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

/** A Basic expression, also for what has quotes, line ends or anything else in it. */
function quoted(text: string): string {
  if (/^[\w ./:-]*$/.test(text)) return `"${text}"`;
  return text
    .split("")
    .map((unit) => `Chr(${unit.charCodeAt(0)})`)
    .join(" & ");
}
