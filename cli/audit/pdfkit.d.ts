/** What is used of pdfkit, which brings no types along. */
declare module 'pdfkit' {
  interface TextOptions {
    readonly width?: number;
    readonly align?: 'left' | 'right';
    readonly lineBreak?: boolean;
  }
  // biome-ignore lint/style/noDefaultExport: the package has no other
  export default class PDFDocument {
    constructor(options: {
      size: string;
      layout: 'landscape' | 'portrait';
      margin: number;
      bufferPages: boolean;
      info: Readonly<Record<string, string | Date>>;
    });
    readonly page: { readonly width: number; readonly height: number };
    y: number;
    on(event: 'data', listener: (chunk: Uint8Array) => void): this;
    on(event: 'end', listener: () => void): this;
    font(name: string): this;
    fontSize(points: number): this;
    fillColor(color: string): this;
    text(text: string, x: number, y: number, options?: TextOptions): this;
    heightOfString(text: string, options?: TextOptions): number;
    rect(x: number, y: number, width: number, height: number): this;
    fill(color: string): this;
    moveTo(x: number, y: number): this;
    lineTo(x: number, y: number): this;
    lineWidth(points: number): this;
    stroke(color: string): this;
    addPage(): this;
    bufferedPageRange(): { readonly start: number; readonly count: number };
    switchToPage(page: number): this;
    end(): void;
  }
}
