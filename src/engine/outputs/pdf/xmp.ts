/** The metadata of a file as XMP (ISO 16684-1): what viewers and archives read, and what the file was made from. */
import type { DocumentInfo } from '../../model/output';
import type { Provenance } from '../../model/provenance';

/** Of the properties that no standard has a name for. */
const NAMESPACE = 'urn:pressroom:provenance:1:';

/** The descriptions of a packet, in the words of a file's own `Info` dictionary where both say the same. */
export function xmpOf(info: DocumentInfo): string {
  const { producer, createdAt, language } = info;
  const time = `${createdAt.toISOString().slice(0, 19)}Z`;
  return `
        <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
            <xmp:CreateDate>${time}</xmp:CreateDate>
            <xmp:ModifyDate>${time}</xmp:ModifyDate>
            <xmp:CreatorTool>${escapeXml(producer)}</xmp:CreatorTool>
        </rdf:Description>
        <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
            <dc:format>application/pdf</dc:format>
            <dc:language><rdf:Bag><rdf:li>${escapeXml(language)}</rdf:li></rdf:Bag></dc:language>
            <dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(info.title())}</rdf:li></rdf:Alt></dc:title>
        </rdf:Description>
        <rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
            <pdf:Producer>${escapeXml(producer)}</pdf:Producer>
        </rdf:Description>
        <rdf:Description rdf:about="" xmlns:pressroom="${NAMESPACE}">
            ${provenanceLines(info.provenance()).join('\n            ')}
        </rdf:Description>`;
}

function provenanceLines({ template, data, ...plain }: Provenance): string[] {
  const datasets = Object.entries(data).map(([name, { rows, hash }]) => {
    const members = [property('name', name), property('rows', rows), property('hash', hash)];
    return `<rdf:li rdf:parseType="Resource">${members.join('')}</rdf:li>`;
  });
  return [
    ...Object.entries(plain).map(([name, value]) => property(name, value)),
    ...(template ? [property('template', template.name), property('templateVersion', template.version)] : []),
    `<pressroom:data><rdf:Bag>${datasets.join('')}</rdf:Bag></pressroom:data>`,
  ];
}

const property = (name: string, value: string | number): string =>
  `<pressroom:${name}>${escapeXml(String(value))}</pressroom:${name}>`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Leaves out what XML cannot say at all. */
function escapeXml(text: string): string {
  return text
    .replace(/[&<>]/g, (character) => entities[character]!)
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
}
