// Asks for an address twice: by the https module ("https") or by fetch ("fetch"), which is the library undici.
const [how, url] = process.argv.slice(2);

const byHTTPS = () => new Promise((resolve, reject) =>
  require("https").get(url, (answer) => answer.resume().on("end", resolve)).on("error", reject));
const byFetch = async () => { await (await fetch(url)).text(); };

(async () => {
  for (let n = 0; n < 2; n++) await (how === "https" ? byHTTPS() : byFetch());
})();
