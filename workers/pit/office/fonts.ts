/**
 * Which font stands for which that is not here, by the names that Japanese offices use. The widths and heights of the IPA
 * fonts are those of MS 明朝 and MS ゴシック, so lines break and rows end where they did; a site's own fonts go before.
 */
const GOTHIC = "IPAGothic";
const PROPORTIONAL_GOTHIC = "IPAPGothic";
const MINCHO = "IPAMincho";
const PROPORTIONAL_MINCHO = "IPAPMincho";
const MODERN = "Noto Sans CJK JP";
const MODERN_SERIF = "Noto Serif CJK JP";

const STANDS_FOR: Readonly<Record<string, readonly string[]>> = {
  [GOTHIC]: ["ＭＳ ゴシック", "MS Gothic", "HGｺﾞｼｯｸE", "HGｺﾞｼｯｸM"],
  [PROPORTIONAL_GOTHIC]: [
    ...["ＭＳ Ｐゴシック", "MS PGothic", "MS UI Gothic"],
    ...["HGPｺﾞｼｯｸE", "HGPｺﾞｼｯｸM", "HGSｺﾞｼｯｸE", "HGSｺﾞｼｯｸM"],
    ...["HG創英角ｺﾞｼｯｸUB", "HGP創英角ｺﾞｼｯｸUB", "HGS創英角ｺﾞｼｯｸUB"],
    ...["HG創英角ﾎﾟｯﾌﾟ体", "HGP創英角ﾎﾟｯﾌﾟ体", "HGS創英角ﾎﾟｯﾌﾟ体"],
    ...["HG丸ｺﾞｼｯｸM-PRO", "HGMaruGothicMPRO"],
  ],
  [MINCHO]: ["ＭＳ 明朝", "MS Mincho", "HG明朝B", "HG明朝E", "JustSlabMincho"],
  [PROPORTIONAL_MINCHO]: [
    ...["ＭＳ Ｐ明朝", "MS PMincho", "HGP明朝B", "HGP明朝E", "HGS明朝B"],
    ...["HGS明朝E", "HG正楷書体-PRO", "HG行書体", "HGP行書体", "HG教科書体"],
    ...["HGP教科書体", "HGS教科書体", "HGS行書体"],
  ],
  [MODERN]: [
    ...["メイリオ", "Meiryo", "Meiryo UI", "游ゴシック", "Yu Gothic"],
    ...["Yu Gothic UI", "游ゴシック Light", "Yu Gothic Light"],
    ...["游ゴシック Medium", "Yu Gothic Medium", "BIZ UDゴシック"],
    ...["BIZ UDGothic", "BIZ UDPゴシック", "BIZ UDPGothic"],
    ...["UD デジタル 教科書体 N-R", "UD デジタル 教科書体 NK-R"],
    ...["UD デジタル 教科書体 NP-R", "Hiragino Sans", "ヒラギノ角ゴ Pro W3"],
  ],
  [MODERN_SERIF]: [
    ...["游明朝", "Yu Mincho", "游明朝 Light", "Yu Mincho Light"],
    ...["游明朝 Demibold", "Yu Mincho Demibold", "BIZ UD明朝", "BIZ UDMincho"],
    ...["BIZ UDP明朝", "BIZ UDPMincho", "ヒラギノ明朝 Pro W3"],
  ],
};

/** Of the fonts above, who helps out where a site has not installed one. */
const NEXT: Readonly<Record<string, string>> = {
  [GOTHIC]: MODERN,
  [PROPORTIONAL_GOTHIC]: MODERN,
  [MINCHO]: MODERN_SERIF,
  [PROPORTIONAL_MINCHO]: MODERN_SERIF,
};

/** For fontconfig (fonts.conf(5)): ours first, then what the machine says. */
export function fontsText(): string {
  const rows = Object.entries(STANDS_FOR).flatMap(([font, names]) =>
    names.map(
      (name) =>
        `<alias binding="same"><family>${name}</family><accept>${[
          font,
          NEXT[font] ?? [],
        ]
          .flat()
          .map((one) => `<family>${one}</family>`)
          .join("")}</accept></alias>`,
    ),
  );
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
${rows.join("\n")}
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
</fontconfig>
`;
}
