// Layout of XML, JavaScript and the rest, as the OCA 19.0 template has it.
module.exports = {
    printWidth: 88,
    tabWidth: 4,
    bracketSpacing: false,
    proseWrap: "always",
    xmlWhitespaceSensitivity: "strict",
    plugins: [require.resolve("@prettier/plugin-xml")],
    overrides: [{files: ["*.yaml", "*.yml"], options: {tabWidth: 2}}],
};
