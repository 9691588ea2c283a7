module "constants" {
  source = "../../constants"
}
