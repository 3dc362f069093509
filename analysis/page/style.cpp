#include "analysis/page/style.hpp"

namespace srl::analysis {

// No text is smaller than 12 pixels. A plot is as wide as a phone and is only ever enlarged. The colours are
// those of Okabe and Ito, lighter on dark ground.
const std::string_view plot_style = R"(
:root{color-scheme:light dark;--ground:#fff;--box:#f6f7f9;--ink:#1b1f24;--soft:#59636e;--rule:#d5dae0;
--c0:#0072b2;--c1:#d55e00;--c2:#008763;--c3:#b0568f;--c4:#b07d00;--c5:#3d8fc4;--c6:#5d5d5d;--c7:#7a4fd0;
--ins:#d8f3df;--inst:#0b4a1c;--del:#ffe0dc;--delt:#7c1408;--warn:#fff4d6}
@media (prefers-color-scheme:dark){:root{--ground:#14171b;--box:#1d2126;--ink:#e4e7ea;--soft:#a3adb8;
--rule:#3a4149;
--c0:#56b4e9;--c1:#f0883e;--c2:#2fc79a;--c3:#e08fc0;--c4:#e6c229;--c5:#8ecbf2;--c6:#b4b4b4;--c7:#b79bff;
--ins:#173d22;--inst:#a9ecbb;--del:#4d1c17;--delt:#ffc2ba;--warn:#3d3210}}
svg text{font:12px system-ui,sans-serif;fill:var(--soft)}
.grid{stroke:var(--rule);stroke-width:1}
.axis{stroke:var(--soft);stroke-width:1}
.line{fill:none;stroke-width:1.8;stroke-linejoin:round}
.d1{stroke-dasharray:7 3}.d2{stroke-dasharray:2 3}.d3{stroke-dasharray:9 3 2 3}
.c0{stroke:var(--c0)}.c1{stroke:var(--c1)}.c2{stroke:var(--c2)}.c3{stroke:var(--c3)}
.c4{stroke:var(--c4)}.c5{stroke:var(--c5)}.c6{stroke:var(--c6)}.c7{stroke:var(--c7)}
.f0{fill:var(--c0)}.f1{fill:var(--c1)}.f2{fill:var(--c2)}.f3{fill:var(--c3)}
.f4{fill:var(--c4)}.f5{fill:var(--c5)}.f6{fill:var(--c6)}.f7{fill:var(--c7)}
.band{fill-opacity:.18;stroke:none}
.bar{fill-opacity:.35;stroke-width:1}
)";

const std::string_view page_style = R"(
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,sans-serif;
overflow-wrap:anywhere}
main{max-width:1180px;margin:0 auto;padding:12px}
h1{font-size:26px;line-height:1.3;margin:8px 0}
h2{font-size:20px;line-height:1.3;margin:32px 0 10px;padding-bottom:4px;border-bottom:1px solid var(--rule)}
h3{font-size:17px;line-height:1.3;margin:22px 0 8px}
h4{font-size:14px;line-height:1.4;margin:0 0 6px}
p{margin:6px 0}
.note,.small{color:var(--soft);font-size:13px}
.warning{background:var(--warn);padding:8px 10px;border-radius:6px}
ul.facts{padding-left:20px;margin:6px 0}
ul.facts li{margin:4px 0}
.wide{overflow-x:auto;margin:10px 0}
table{border-collapse:collapse;font-size:13px;line-height:1.45;min-width:100%}
th,td{text-align:left;padding:5px 10px 5px 0;border-bottom:1px solid var(--rule);vertical-align:top}
table{overflow-wrap:normal}
.long{overflow-wrap:anywhere;min-width:110px}
th{color:var(--soft);font-weight:600;vertical-align:bottom}
.n{text-align:right;font-variant-numeric:tabular-nums}
td.n span{white-space:nowrap}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(344px,100%),1fr));gap:12px;
margin:10px 0}
figure{margin:0;padding:8px 0;background:var(--box);border-radius:8px;min-width:0;break-inside:avoid;
overflow-x:auto}
figcaption{font-size:13px;line-height:1.4;font-weight:600;padding:0 10px 4px}
figure>svg{display:block;width:100%;min-width:340px;height:auto}
ul.legend{list-style:none;margin:4px 0;padding:0 10px;display:flex;flex-wrap:wrap;gap:2px 18px;
font-size:13px;line-height:1.45}
ul.legend li{display:flex;align-items:flex-start;min-width:0;max-width:100%}
ul.legend svg{flex:none;margin:5px 7px 0 0}
ul.legend span{min-width:0}
details{margin:8px 0}
summary{cursor:pointer;font-size:13px;color:var(--soft)}
pre,.words{font:13px/1.6 ui-monospace,monospace;white-space:pre-wrap;margin:4px 0;padding:8px;
background:var(--ground);
border:1px solid var(--rule);border-radius:6px;unicode-bidi:isolate}
.words i,.words ins,.words del{display:inline-block;max-width:100%;font-style:normal;text-decoration:none}
ins{background:var(--ins);color:var(--inst);box-shadow:inset 0 -2px 0 var(--inst)}
del{background:var(--del);color:var(--delt);box-shadow:inset 0 -2px 0 var(--delt)}
.example{background:var(--box);border-radius:8px;padding:10px;margin:10px 0;break-inside:avoid-page}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(300px,100%),1fr));gap:10px}
.pair>div{min-width:0}
@media (max-width:700px){
.stack,.stack tbody,.stack tr,.stack td{display:block}.stack thead{display:none}
.stack tr{padding:6px 0;border-bottom:1px solid var(--rule)}
.stack td{display:flex;gap:12px;border:0;padding:1px 0;text-align:right;justify-content:space-between}
.stack td::before{content:attr(data-h);color:var(--soft);text-align:left;flex:0 1 46%}
.stack td span{flex:1 1 50%;min-width:0;white-space:normal;overflow-wrap:anywhere}
.stack td:first-child{font-weight:600;text-align:left}.stack td:first-child::before{display:none}}
@media print{
:root{color-scheme:light;--ground:#fff;--box:#fff;--ink:#000;--soft:#444;--rule:#bbb;
--c0:#0072b2;--c1:#d55e00;--c2:#008763;--c3:#b0568f;--c4:#b07d00;--c5:#3d8fc4;--c6:#5d5d5d;--c7:#7a4fd0;
--ins:#d8f3df;--inst:#0b4a1c;--del:#ffe0dc;--delt:#7c1408;--warn:#fff}
main{max-width:none;padding:0}
details:not([open]){display:none}
.warning{border:1px solid #000}
figure,.example{border:1px solid var(--rule)}
.wide,figure{overflow:visible}
.printstack,.printstack tbody,.printstack tr,.printstack td{display:block}.printstack thead{display:none}
.printstack tr{padding:6px 0;border-bottom:1px solid var(--rule);columns:2;break-inside:avoid}
.printstack td{display:flex;gap:12px;border:0;padding:1px 0;justify-content:space-between;
break-inside:avoid}
.printstack td::before{content:attr(data-h);color:var(--soft);text-align:left;flex:0 1 46%}
.printstack td span{flex:1 1 50%;min-width:0;white-space:normal;overflow-wrap:anywhere}
.printstack td:first-child{font-weight:600;column-span:all}.printstack td:first-child::before{display:none}}
)";

}  // namespace srl::analysis
