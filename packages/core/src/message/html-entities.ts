/** Names of U+00A0 to U+00FF, in order (HTML 4.01, section 24.2). */
const LATIN1 = `nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot
cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute
Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml
aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute
ucirc uuml yacute thorn yuml`;

/** Greek from U+0391 on; a dash stands for a place without a name (HTML 4.01, section 24.3). */
const GREEK = `Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau Upsilon Phi Chi Psi Omega
- - - - - - - alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon phi chi psi omega
- - - - - - - thetasym upsih - - - piv`;

/** Code points in hex and names: the rest of HTML 4.01, then what HTML 5 added and mail has. */
const OTHERS = `22 quot 26 amp 3c lt 3e gt 27 apos 152 OElig 153 oelig 160 Scaron 161 scaron 178 Yuml 192 fnof 2c6 circ 2dc tilde 2002 ensp
2003 emsp 2009 thinsp 200c zwnj 200d zwj 200e lrm 200f rlm 2013 ndash 2014 mdash 2018 lsquo 2019 rsquo 201a sbquo 201c ldquo 201d rdquo
201e bdquo 2020 dagger 2021 Dagger 2022 bull 2026 hellip 2030 permil 2032 prime 2033 Prime 2039 lsaquo 203a rsaquo 203e oline 2044 frasl
20ac euro 2111 image 2118 weierp 211c real 2122 trade 2135 alefsym 2190 larr 2191 uarr 2192 rarr 2193 darr 2194 harr 21b5 crarr 21d0 lArr
21d1 uArr 21d2 rArr 21d3 dArr 21d4 hArr 2200 forall 2202 part 2203 exist 2205 empty 2207 nabla 2208 isin 2209 notin 220b ni 220f prod
2211 sum 2212 minus 2217 lowast 221a radic 221d prop 221e infin 2220 ang 2227 and 2228 or 2229 cap 222a cup 222b int 2234 there4 223c sim
2245 cong 2248 asymp 2260 ne 2261 equiv 2264 le 2265 ge 2282 sub 2283 sup 2284 nsub 2286 sube 2287 supe 2295 oplus 2297 otimes 22a5 perp
22c5 sdot 2308 lceil 2309 rceil 230a lfloor 230b rfloor 2329 lang 232a rang 25ca loz 2660 spades 2663 clubs 2665 hearts 2666 diams
9 Tab a NewLine 21 excl 23 num 24 dollar 25 percnt 28 lpar 29 rpar 2a ast 2b plus 2c comma 2e period 2f sol 3a colon 3b semi 3d equals
3f quest 40 commat 5b lsqb 5c bsol 5d rsqb 5f lowbar 7b lcub 7c vert 7d rcub 100 Amacr 101 amacr 102 Abreve 103 abreve 104 Aogon 105 aogon
106 Cacute 107 cacute 10c Ccaron 10d ccaron 10e Dcaron 10f dcaron 110 Dstrok 111 dstrok 118 Eogon 119 eogon 11a Ecaron 11b ecaron 11e Gbreve
11f gbreve 130 Idot 131 imath 139 Lacute 13a lacute 13d Lcaron 13e lcaron 141 Lstrok 142 lstrok 143 Nacute 144 nacute 147 Ncaron 148 ncaron
150 Odblac 151 odblac 154 Racute 155 racute 158 Rcaron 159 rcaron 15a Sacute 15b sacute 15e Scedil 15f scedil 162 Tcedil 163 tcedil 164 Tcaron
165 tcaron 16e Uring 16f uring 170 Udblac 171 udblac 179 Zacute 17a zacute 17b Zdot 17c zdot 17d Zcaron 17e zcaron 2010 hyphen 2015 horbar
25a0 squf 25cf cir 2713 check`;

/** Character by entity name, without ampersand and semicolon. Case counts. */
export const ENTITIES: ReadonlyMap<string, string> = new Map([
  ...inOrder(LATIN1, 0xa0),
  ...inOrder(GREEK, 0x391),
  ...inPairs(OTHERS),
]);

function inOrder(names: string, first: number): (readonly [string, string])[] {
  return names
    .split(/\s+/)
    .flatMap((name, i) => (name === '-' ? [] : [[name, String.fromCodePoint(first + i)] as const]));
}

function inPairs(text: string): (readonly [string, string])[] {
  const words = text.split(/\s+/);
  return words.flatMap((code, i) => {
    const name = words[i + 1];
    return i % 2 === 0 && name !== undefined
      ? [[name, String.fromCodePoint(Number.parseInt(code, 16))] as const]
      : [];
  });
}
