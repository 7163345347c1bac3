/** The stylesheet of a report: screen and paper, light and dark, wide and narrow. No images, no fonts, no scripts. */
import { DARK, heatRamp, LIGHT, type Theme } from './_palette.ts';

export function styleSheet(): string {
  return `:root{color-scheme:light dark;${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}
@media print{:root{color-scheme:light;${variables({ ...LIGHT, paper: '#ffffff' })}}}
${RULES}`;
}

function variables(theme: Theme): string {
  const { cold: _cold, hot: _hot, ...colours } = theme;
  const plain = Object.entries(colours).map(([name, value]) => `--${name}:${value};`);
  const heat = heatRamp(theme).map(({ fill, text }, step) => `--heat-${step}:${fill};--on-heat-${step}:${text};`);
  return [...plain, ...heat].join('');
}

const HEAT = heatRamp(LIGHT)
  .map((_, step) => `.heat-${step} rect{fill:var(--heat-${step})}.heat-${step} text{fill:var(--on-heat-${step})}`)
  .join('\n');

const RULES = `
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;max-width:56rem;padding:clamp(1.5rem,5vw,4.5rem) clamp(1.1rem,5vw,3rem) 5rem;font:1.0625rem/1.6 "Iowan Old Style","Palatino Linotype","Palatino","Book Antiqua","TeX Gyre Pagella","URW Palladio L","P052",Charter,Georgia,serif;font-variant-numeric:lining-nums;text-rendering:optimizeLegibility;hanging-punctuation:first last}
p,ul.plain,ol.plain,dl{max-width:41rem}
p{margin:0 0 1em;text-wrap:pretty}
a{color:inherit;text-decoration-color:var(--muted);text-decoration-thickness:1px;text-underline-offset:.18em}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--none);outline-offset:3px;border-radius:2px}
code,kbd,pre,.mono{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;font-size:.84em;font-variant-numeric:normal;font-variant-ligatures:none}
code{overflow-wrap:anywhere}
h1,h2,h3{font-weight:600;text-wrap:balance;line-height:1.2}
h1{font-size:clamp(1.7rem,1.15rem + 2.3vw,2.55rem);line-height:1.18;letter-spacing:-.012em;font-weight:500;max-width:46rem;margin:0 0 1.4rem}
h2{font-size:1.5rem;letter-spacing:-.005em;font-weight:500;margin:3.6rem 0 1rem;padding-top:1.1rem;border-top:1px solid var(--rule)}
h3{font-size:1.06rem;margin:2.2rem 0 .6rem}
.sans,.eyebrow,nav,.facts,.notice,figcaption,table,.legend,svg,summary,.transcript header,footer{font-family:Inter,ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif;font-variant-numeric:lining-nums tabular-nums}
.eyebrow{font-size:.8rem;color:var(--muted);margin:0 0 1.6rem;max-width:none;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem}
.eyebrow b{color:var(--ink);font-weight:600}
.lede{font-size:1.14rem;max-width:43rem}
.lede.muted{color:var(--muted);font-size:1.0625rem}
.muted{color:var(--muted)}
.notice{font-size:.9rem;line-height:1.5;max-width:43rem;margin:1.6rem 0;padding:.7rem 1rem;background:var(--panel);border-radius:4px}
.notice b{font-weight:600}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:1.4rem 2rem;max-width:none;margin:2.6rem 0 2rem;padding:0}
.facts div{display:flex;flex-direction:column-reverse;justify-content:flex-end}
.facts dt{font-size:.8rem;line-height:1.4;color:var(--muted);margin-top:.3rem}
.facts dd{margin:0;font-size:1.85rem;line-height:1.1;letter-spacing:-.02em;font-weight:500}
.facts dd.exact{color:var(--exact)}.facts dd.none{color:var(--none)}
nav{font-size:.86rem;margin:2rem 0 0}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.35rem 1.3rem;margin:0;padding:0}
nav a{color:var(--muted)}
figure{margin:2.2rem 0 2.4rem;counter-increment:figure}
body{counter-reset:figure}
figcaption{font-size:.86rem;line-height:1.55;color:var(--muted);max-width:44rem;margin-top:.9rem;text-wrap:pretty}
figcaption::before{content:"Figure " counter(figure) ". "}
figcaption strong{color:var(--ink);font-weight:600}
figure svg,.panels svg{display:block;max-width:100%;height:auto}
.scroll{overflow-x:auto;overscroll-behavior-x:contain}
.scroll>svg{min-width:35rem}
.panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,21.5rem),1fr));gap:1.6rem 1rem}
.panels svg{width:100%;max-width:34rem}
.panels.small{grid-template-columns:repeat(auto-fill,minmax(min(100%,15.5rem),1fr))}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;margin:0 0 1.3rem;padding:0;font-size:.8rem;color:var(--muted)}
.legend li{display:flex;align-items:center;gap:.5rem}.legend svg{width:28px;flex:none}
svg text{fill:var(--ink);font-size:12px}
svg .end{text-anchor:end}svg .middle{text-anchor:middle}
svg .tick{fill:var(--muted);font-size:11px}
svg .panel-title{font-size:13px;font-weight:600}
svg .group{font-size:11.5px;fill:var(--muted)}
svg .column-title{font-size:12.5px;font-weight:600}
svg .row-label{font-size:12.5px}svg .row-label.exact{fill:var(--exact);font-weight:600}svg .row-label.none{fill:var(--none);font-weight:600}
svg .reading{font-size:11.5px}
svg .grid{stroke:var(--rule);stroke-width:1}svg .axis{stroke:var(--muted);stroke-width:1}
.curve{fill:none;stroke-width:1.2;stroke-linejoin:round;stroke-linecap:round}
.curve.exact{stroke:var(--exact);stroke-width:2.4}.curve.none{stroke:var(--none);stroke-width:2.4}
.curve.negative{stroke:var(--negative)}.curve.probe{stroke:var(--probe);stroke-dasharray:3.5 3}
.curve.attacks,.curve.works{stroke:var(--ink);stroke-dasharray:7 3}.curve.agreement{stroke:var(--good);stroke-width:2.4}.curve.quiz{stroke:var(--probe);stroke-dasharray:3.5 3}
.curve.loss{stroke:var(--ink);stroke-width:1.5;opacity:.85}
.mark{stroke:var(--paper);stroke-width:1.2}
.mark.exact{fill:var(--exact)}.mark.none{fill:var(--none)}.mark.negative{fill:var(--negative);stroke:none}.mark.probe{fill:var(--probe);stroke:none}
.mark.attacks,.mark.works{fill:var(--ink);stroke:none}.mark.agreement{fill:var(--good)}.mark.quiz{fill:var(--probe);stroke:none}
.seed{fill:var(--exact);opacity:.45}
.band{opacity:.17}.band.exact{fill:var(--exact)}.band.none{fill:var(--none)}.band.agreement{fill:var(--good)}
.whisker{stroke-width:6;opacity:.25}.whisker.exact{stroke:var(--exact)}.whisker.none{stroke:var(--none)}.whisker.agreement{stroke:var(--good)}
svg .label{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
svg .label.negative,svg .label.probe,svg .label.attacks,svg .label.quiz,svg .label.works{font-size:11px}
.tie{fill:none;stroke-width:.8;opacity:.55}.tie.exact{stroke:var(--exact)}.tie.none{stroke:var(--none)}.tie.negative{stroke:var(--negative)}.tie.probe,.tie.quiz{stroke:var(--probe)}.tie.attacks,.tie.works{stroke:var(--ink)}.tie.agreement{stroke:var(--good)}
svg .label.exact{fill:var(--exact);font-weight:600}svg .label.none{fill:var(--none);font-weight:600}svg .label.negative{fill:var(--muted)}svg .label.probe,svg .label.quiz{fill:var(--probe)}svg .label.agreement{fill:var(--good);font-weight:600}
svg .cell-rate{font-size:14.5px;font-weight:600}svg .cell-interval{font-size:10.5px}
.heat-none{fill:none;stroke:var(--rule);stroke-dasharray:3 3}
${HEAT}
.allowed{fill:var(--good);opacity:.13}.bound{stroke:var(--good);stroke-width:1.5}
.worst{stroke:var(--ink);stroke-width:1.2;stroke-dasharray:3 3}
.interval{stroke:var(--ink);stroke-width:2;opacity:.55;stroke-linecap:round}
circle.passed{fill:var(--good)}circle.failed{fill:var(--bad)}
svg text.passed,.passed{fill:var(--good);color:var(--good)}svg text.failed,.failed{fill:var(--bad);color:var(--bad);font-weight:600}
.link{stroke:var(--negative);stroke-width:1.6}.range{stroke-width:7;opacity:.26;stroke-linecap:round;stroke:var(--negative)}
.before{fill:var(--paper);stroke:var(--negative);stroke-width:1.8}.after{fill:var(--negative)}
.ours .link{stroke:var(--exact);stroke-width:2.2}.ours .range{stroke:var(--exact)}.ours .before{stroke:var(--exact)}.ours .after{fill:var(--exact)}.ours .row-label{font-weight:600}.ours .reading{fill:var(--exact);font-weight:600}
table{border-collapse:collapse;font-size:.84rem;line-height:1.45;margin:1.4rem 0 1.8rem;min-width:min(100%,34rem)}
caption{text-align:left;color:var(--muted);padding:0 0 .7rem;max-width:min(44rem,calc(100vw - 2.4rem));text-wrap:pretty}
th,td{text-align:left;vertical-align:top;padding:.42rem 1.4rem .42rem 0;border-bottom:1px solid var(--rule);font-weight:400}
thead th{color:var(--muted);font-size:.78rem;vertical-align:bottom;border-bottom-color:var(--muted)}
tbody th{font-weight:500;min-width:min(8.5rem,30vw)}
th:last-child,td:last-child{padding-right:0}
.numeric{text-align:right;white-space:nowrap}
details{margin:0;border-bottom:1px solid var(--rule)}
details.group{border-top:1px solid var(--rule)}
summary{cursor:pointer;font-size:.88rem;padding:.62rem 0;display:flex;flex-wrap:wrap;gap:.1rem .8rem;align-items:baseline;list-style:none}
summary::-webkit-details-marker{display:none}
summary::before{content:"+";width:.8em;color:var(--muted);font-weight:500}
details[open]>summary::before{content:"−"}
summary b{font-weight:600}summary .muted{font-variant-numeric:tabular-nums}
details>.inside{padding:.2rem 0 1.4rem 1.6em}
.transcript{margin:0 0 1.5rem;max-width:42rem;contain:paint}
.transcript header{font-size:.76rem;color:var(--muted);margin-bottom:.45rem;overflow-wrap:anywhere}
.turn{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate;margin:0;max-width:none;padding:.5rem .9rem;border-radius:4px;line-height:1.5;font-size:.97rem;max-height:22rem;overflow:auto}
.because{font-size:.76rem;color:var(--muted);margin:.4rem 0 0;padding:0 0 0 1.2rem}
.turn.prompt{color:var(--muted);padding-left:0}
.turn.answer{background:var(--panel)}
.turn.answer.fired{color:var(--exact)}
.turn.missing{background:none;border:1px dashed var(--rule);color:var(--muted)}
dl.record{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.35rem 1.6rem;max-width:none;font-size:.92rem;margin:1rem 0 2rem}
dl.record dt{color:var(--muted)}dl.record dd{margin:0;overflow-wrap:anywhere}
pre{overflow-x:auto;background:var(--panel);border-radius:4px;padding:1rem 1.1rem;line-height:1.5;white-space:pre-wrap;overflow-wrap:anywhere}
footer{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--rule);font-size:.8rem;color:var(--muted)}
@media (max-width:34rem){body{font-size:1rem}h2{margin-top:3.2rem}dl.record{grid-template-columns:1fr;gap:0}dl.record dd{margin-bottom:.6rem}th,td{padding-right:.9rem}details>.inside{padding-left:0}}
@media print{
@page{size:A4;margin:17mm 17mm 18mm}
html{-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{padding:0;max-width:none;font-size:9.6pt;line-height:1.5}
nav{display:none}
h1{font-size:19pt;margin-bottom:.9rem}h2{font-size:13.5pt;margin-top:1.6rem;break-after:avoid}h3,summary,caption{break-after:avoid}
.eyebrow{margin-bottom:1rem}.lede{margin-bottom:.6em}
.facts{grid-template-columns:repeat(4,1fr);margin:1.4rem 0 1rem}.facts dd{font-size:16pt}
figure,tr,.transcript,dl.record div,.facts{break-inside:avoid}
figure{margin:1rem 0 1.2rem}figcaption{font-size:8pt}
.scroll{overflow:visible}.scroll>svg{min-width:0;max-width:15.5cm}
.panels{grid-template-columns:repeat(2,1fr)}.panels.small{grid-template-columns:repeat(3,1fr)}
table{font-size:7.6pt;min-width:0}th,td{padding:.2rem .8rem .2rem 0}
details>.inside{padding:0 0 .5rem}summary{font-size:8pt;padding:.4rem 0 .2rem}summary::before{content:""!important;display:none}
details::details-content{content-visibility:visible;height:auto}
.cells{columns:2;column-gap:1.6rem}.turn{max-height:none;overflow:visible;font-size:8.4pt;line-height:1.4;padding:.25rem .6rem}.transcript{margin-bottom:.7rem}.transcript header{font-size:6.8pt;margin:0}
pre{font-size:7.4pt;columns:2}
a{text-decoration:none}
}
`;
